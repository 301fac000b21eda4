// Usage: pnpm bench [--report] [--part N] [STORE | guards]...
// Compares each store with its driver alone, and with other ways to check a token; and applications with a guard with
// the same without one. Only ratios can be compared between machines.
import { parseArgs } from 'node:util'
import { contestOn } from './contestants.ts'
import { guardContest } from './guards/contest.ts'
import { type Measurement, measure } from './measure.ts'
import { type StoreReport, thisMachine, writeReport } from './report/report.ts'
import { stores } from './stores/all.ts'
import type { MeasuredStore } from './stores/measured-store.ts'
import { printGuardTables, printTables } from './tables.ts'

const IN_FLIGHT = [1, 64, 256]
const GUARDED_IN_FLIGHT = 64
const reports: StoreReport[] = []

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    report: { type: 'boolean', default: false },
    // Runs the Nth part of the operations: to look at the charts, and not at the figures.
    part: { type: 'string', default: '1' },
  },
})
const part = Number(values.part)
if (!Number.isInteger(part) || part < 1) throw new Error('--part takes an integer from 1 on.')
const names = [...Object.keys(stores), 'guards']
const unknown = positionals.find((name) => !names.includes(name))
if (unknown !== undefined) throw new Error(`There is no ${unknown}, only ${names.join(', ')}.`)
const wanted = (name: string) => positionals.length === 0 || positionals.includes(name)

for (const [name, start] of Object.entries(stores))
  if (wanted(name)) await compareStore(name, start)
if (wanted('guards')) await compareGuards()
if (values.report) writeReport({ ...thisMachine(), part }, reports)

async function compareStore(name: string, start: () => Promise<MeasuredStore>): Promise<void> {
  const store = await start()
  console.log(`\n@tokenward/${name} on ${store.server}, Node ${process.version}`)
  const results: Record<number, Measurement<string>> = {}
  try {
    for (const concurrency of IN_FLIGHT) {
      const contest = await contestOn(store, concurrency)
      const result = await measure(contest.contestants, concurrency, {
        part,
        serverCpu: store.serverCpu,
      })
      await contest.close()
      printTables(concurrency, result)
      results[concurrency] = result
    }
  } finally {
    await store.close()
  }
  reports.push({ name, server: store.server, results })
}

async function compareGuards(): Promise<void> {
  const contest = await guardContest(GUARDED_IN_FLIGHT)
  console.log(`\n@tokenward/http on ${contest.server}, Node ${process.version}`)
  try {
    const { contestants, serverCpu } = contest
    const result = await measure(contestants, GUARDED_IN_FLIGHT, { part, serverCpu })
    printGuardTables(GUARDED_IN_FLIGHT, result)
    const results = { [GUARDED_IN_FLIGHT]: result }
    reports.push({ name: 'guards', server: contest.server, results })
  } finally {
    await contest.close()
  }
}
