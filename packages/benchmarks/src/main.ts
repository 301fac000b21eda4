// Usage: pnpm bench [--report] [STORE | guards]...
// Compares each store with its driver alone, and with other ways to check a token; and applications with a guard with
// the same without one. Only ratios can be compared between machines.
import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { contestOn } from './contestants.ts'
import { guardContest } from './guards/contest.ts'
import { type Measurement, measure } from './measure.ts'
import { stores } from './stores/all.ts'
import type { MeasuredStore } from './stores/measured-store.ts'
import { printGuardTables, printTables } from './tables.ts'

const IN_FLIGHT = [1, 64, 256]
const GUARDED_IN_FLIGHT = 64
const FOLDER = resolve(import.meta.dirname, '../../../reports/benchmarks')

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { report: { type: 'boolean', default: false } },
})
const names = [...Object.keys(stores), 'guards']
const unknown = positionals.find((name) => !names.includes(name))
if (unknown !== undefined) throw new Error(`There is no ${unknown}, only ${names.join(', ')}.`)
const wanted = (name: string) => positionals.length === 0 || positionals.includes(name)

for (const [name, start] of Object.entries(stores))
  if (wanted(name)) await compareStore(name, start)
if (wanted('guards')) await compareGuards()

async function compareStore(name: string, start: () => Promise<MeasuredStore>): Promise<void> {
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
  await report(name, store.server, results)
}

async function compareGuards(): Promise<void> {
  const contest = await guardContest(GUARDED_IN_FLIGHT)
  console.log(`\n@tokenward/http on ${contest.server}, Node ${process.version}`)
  try {
    const result = await measure(contest.contestants, GUARDED_IN_FLIGHT, contest.serverCpu)
    printGuardTables(GUARDED_IN_FLIGHT, result)
    await report('guards', contest.server, { [GUARDED_IN_FLIGHT]: result })
  } finally {
    await contest.close()
  }
}

async function report(
  name: string,
  server: string,
  results: Readonly<Record<number, Measurement<string>>>,
): Promise<void> {
  if (!values.report) return
  await mkdir(FOLDER, { recursive: true })
  const file = join(FOLDER, `${name}.json`)
  await writeFile(file, `${JSON.stringify({ server, node: process.version, results }, null, 2)}\n`)
  console.log(`written: ${file}`)
}
