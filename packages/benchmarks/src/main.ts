// Usage: pnpm bench [--report] [--part N] [STORE | guards | growth]...
// Compares each store with its driver alone, and with other ways to check a token; applications with a guard with the
// same without one; and a store with itself while it grows. Only ratios can be compared between machines.
import { parseArgs } from 'node:util'
import { growth } from '@tokenward/trials/growth'
import { starters } from '@tokenward/trials/stores'
import { contestOn } from './contestants.ts'
import { guardContest } from './guards/contest.ts'
import { type Measurement, measure } from './measure.ts'
import { type Reports, thisMachine } from './report/contents.ts'
import { merged, readReports, writeReport } from './report/report.ts'
import { stores } from './stores/all.ts'
import type { MeasuredStore } from './stores/measured-store.ts'
import { printGuardTables, printTables } from './tables.ts'

const IN_FLIGHT = [1, 64, 256]
const GUARDED_IN_FLIGHT = 64
/** The largest store, and how many of its records are pruned. */
const RECORDS = 1_000_000
const GROWING = ['sqlite', 'postgres', 'redis'] as const

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
const names = [...Object.keys(stores), 'guards', 'growth']
const unknown = positionals.find((name) => !names.includes(name))
if (unknown !== undefined) throw new Error(`There is no ${unknown}, only ${names.join(', ')}.`)
const machine = { ...thisMachine(), part }
const wanted = (name: string) => positionals.length === 0 || positionals.includes(name)

for (const [name, start] of Object.entries(stores))
  if (wanted(name)) await compareStore(name, start)
if (wanted('guards')) await compareGuards()
if (wanted('growth')) for (const name of GROWING) await measureGrowth(name)

/** After each part: what was measured is not lost where a later one fails. */
function report(more: Partial<Reports>): void {
  if (values.report) writeReport(machine, merged(readReports(machine), more))
}

async function compareStore(name: string, start: () => Promise<MeasuredStore>): Promise<void> {
  const store = await start()
  if (values.report && store.isStandIn) {
    await store.close()
    console.log(`\n@tokenward/${name}: not run, because ${store.server} is not reported`)
    return
  }
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
  report({ stores: [{ name, server: store.server, results }] })
}

async function compareGuards(): Promise<void> {
  const contest = await guardContest(GUARDED_IN_FLIGHT)
  console.log(`\n@tokenward/http on ${contest.server}, Node ${process.version}`)
  try {
    const { contestants, serverCpu } = contest
    const result = await measure(contestants, GUARDED_IN_FLIGHT, { part, serverCpu })
    printGuardTables(GUARDED_IN_FLIGHT, result)
    const results = { [GUARDED_IN_FLIGHT]: result }
    report({ stores: [{ name: 'guards', server: contest.server, results }] })
  } finally {
    await contest.close()
  }
}

async function measureGrowth(name: (typeof GROWING)[number]): Promise<void> {
  const store = await starters[name]()
  console.log(`\n@tokenward/${name} on ${store.server} while it grows, Node ${process.version}`)
  try {
    const grown = await growth(name, store, Math.max(1_000, RECORDS / part))
    report({ growth: [{ name, server: store.server, ...grown }] })
  } finally {
    await store.close()
  }
}
