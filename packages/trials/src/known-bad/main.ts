// Usage: pnpm known-bad [STORE]... [--only NAME]...
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import {
  type KnownBadResult,
  knownBad,
  tryKnownBad,
  writeKnownBad,
} from '@tokenward/conformance/known-bad'
import { Progress } from '../progress.ts'
import { sameOnThisStore } from './same-on-this-store.ts'
import { problemsOf, summaryOf } from './summary.ts'

const STORES = ['memory', 'sqlite', 'postgres', 'redis', 'memcached', 'mongodb']
const packages = join(import.meta.dirname, '../../..')

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { only: { type: 'string', multiple: true } },
})
const unknown = positionals.find((store) => !existsSync(join(packages, store, 'test/server.ts')))
if (unknown !== undefined) throw new Error(`There is no store ${unknown}.`)

const problems: string[] = []
for (const store of positionals.length > 0 ? positionals : STORES) {
  const results = await tryOn(store, values.only ?? knownBad.map(({ name }) => name))
  writeKnownBad(
    store,
    results.filter(({ ran }) => ran),
  )
  const same = sameOnThisStore[store] ?? {}
  console.log(summaryOf(store, results, same))
  problems.push(...problemsOf(store, results, same))
}
for (const problem of problems) console.log(`✗ ${problem}`)
process.exit(problems.length === 0 ? 0 : 1)

/** On the server that the adapter's own tests start. */
async function tryOn(store: string, only: readonly string[]): Promise<readonly KnownBadResult[]> {
  const progress = new Progress(store, only.length)
  let done = 0
  const file = (name: string) => new URL(`../../../${store}/test/${name}`, import.meta.url)
  const results = await tryKnownBad({
    server: file('server.ts'),
    repository: file('repository.ts'),
    only,
    cases: 'named',
    onResult: () => progress.show(++done),
  })
  progress.end()
  return results
}
