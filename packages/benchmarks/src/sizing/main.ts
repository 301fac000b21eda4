// Usage: pnpm sizing [--store NAME] [--verifications N] [--sessions N] [--lease MS --per-token N]
//        pnpm sizing --write
// What a load needs on each store, by calculation; --write puts the tables into docs/sizing.md.
import { readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { COSTS, type SizedStore } from './costs.ts'
import { withTables } from './page.ts'
import { type Load, sizeOf } from './size.ts'

const PAGE = resolve(import.meta.dirname, '../../../../docs/sizing.md')

const { values } = parseArgs({
  options: {
    store: { type: 'string' },
    verifications: { type: 'string', default: '1000' },
    sessions: { type: 'string', default: '1e6' },
    lease: { type: 'string', default: '0' },
    'per-token': { type: 'string', default: '1' },
    write: { type: 'boolean', default: false },
  },
})

if (values.write) await writeFile(PAGE, withTables(await readFile(PAGE, 'utf8')))
else printSizes()

function printSizes(): void {
  const load: Load = {
    verifications: numberOf('verifications'),
    sessions: numberOf('sessions'),
    lease: numberOf('lease'),
    perToken: numberOf('per-token'),
  }
  const stores = Object.keys(COSTS) as SizedStore[]
  const { store } = values
  if (store !== undefined && !stores.some((each) => each === store))
    throw new Error(`There is no store ${store}, only ${stores.join(', ')}.`)
  const rows = stores
    .filter((each) => store === undefined || each === store)
    .map((each) => {
      const size = sizeOf(each, load)
      return {
        store: each,
        'reads a second': Math.round(size.reads),
        'cores of the application': Number(size.applicationCores.toPrecision(2)),
        'cores of the store': Number(size.serverCores.toPrecision(2)),
        servers: size.servers,
        GB: Number((size.bytes / 1e9).toPrecision(2)),
        limit: size.limit ?? '',
      }
    })
  console.table(rows)
}

function numberOf(name: 'verifications' | 'sessions' | 'lease' | 'per-token'): number {
  const number = Number(values[name])
  if (!Number.isFinite(number) || number < 0)
    throw new Error(`--${name} must be a number, 0 or more.`)
  return number
}
