// Usage: pnpm bench [--report] [STORE]...
// Compares each store with its driver alone, and with other ways to check a token. Only ratios can be compared between
// machines.
import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { contestOn } from './contestants.ts'
import { type Measurement, measure } from './measure.ts'
import { stores } from './stores/all.ts'
import { printTables } from './tables.ts'

const IN_FLIGHT = [1, 64, 256]
const FOLDER = resolve(import.meta.dirname, '../../../reports/benchmarks')

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { report: { type: 'boolean', default: false } },
})
const unknown = positionals.find((name) => !Object.hasOwn(stores, name))
if (unknown !== undefined)
  throw new Error(`There is no store ${unknown}, only ${Object.keys(stores).join(', ')}.`)

for (const [name, start] of Object.entries(stores)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue
  const store = await start()
  console.log(`\n@tokenward/${name} on ${store.server}, Node ${process.version}`)
  const results: Record<number, Measurement<string>> = {}
  try {
    for (const concurrency of IN_FLIGHT) {
      const contest = await contestOn(store, concurrency)
      const result = await measure(contest.contestants, concurrency, store.serverCpu)
      await contest.close()
      printTables(concurrency, result)
      results[concurrency] = result
    }
  } finally {
    await store.close()
  }
  if (values.report)
    await writeReport(name, { server: store.server, node: process.version, results })
}

async function writeReport(name: string, report: object): Promise<void> {
  await mkdir(FOLDER, { recursive: true })
  const file = join(FOLDER, `${name}.json`)
  await writeFile(file, `${JSON.stringify(report, null, 2)}\n`)
  console.log(`written: ${file}`)
}
