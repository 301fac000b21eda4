import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, release, totalmem, type } from 'node:os'
import { join, resolve } from 'node:path'
import type { Measurement } from '../measure.ts'
import { GUARDS, PAIRS } from '../tables.ts'
import { latencyChart, ratioChart } from './charts.ts'

/** What was measured on one store, by the number of operations in flight. */
export interface StoreReport {
  readonly name: string
  /** The server of the store, with its version. */
  readonly server: string
  readonly results: Readonly<Record<number, Measurement<string>>>
}

export interface Machine {
  readonly processor: string
  readonly cores: number
  /** GiB */
  readonly memory: number
  readonly system: string
  readonly node: string
  /** `2026-11-30` */
  readonly date: string
  /** Only the Nth part of the operations was run. */
  readonly part: number
}

const DOCS = resolve(import.meta.dirname, '../../../../docs')
const IMAGES = 'images/benchmarks'

/** The charts show these, of all that were measured. */
const SHOWN_IN_FLIGHT = [1, 64]

export function thisMachine(): Omit<Machine, 'part'> {
  const processors = cpus()
  return {
    processor: processors[0]?.model ?? 'unknown',
    cores: processors.length,
    memory: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
    date: new Date().toISOString().slice(0, 10),
  }
}

/** Writes one JSON file with all figures, the charts, and the page that shows them. */
export function writeReport(machine: Machine, stores: readonly StoreReport[]): void {
  const folder = join(DOCS, IMAGES)
  mkdirSync(folder, { recursive: true })
  const json = JSON.stringify({ machine, stores }, null, 2)
  writeFileSync(join(folder, 'benchmarks.json'), `${json}\n`)
  for (const store of stores) {
    for (const [name, svg] of Object.entries(chartsOf(machine, store))) {
      writeFileSync(join(folder, `${name}.svg`), svg)
    }
  }
  writeFileSync(join(DOCS, 'benchmarks.md'), page(machine, stores))
}

/** By the name of the file. */
export function chartsOf(machine: Machine, store: StoreReport): Readonly<Record<string, string>> {
  const { name, results } = store
  const shown = SHOWN_IN_FLIGHT.filter((each) => results[each] !== undefined)
  const legend = shown.map((each) => `${each} in flight`)
  const notes = notesOf(machine, store, shown)
  const isGuards = name === 'guards'
  const field = isGuards ? 'server' : 'cpu'
  const ratios = (isGuards ? GUARDS : PAIRS).flatMap(([one, other]) => {
    const values = shown.map((each) => {
      const measured = results[each]?.measured
      const ratio = (measured?.[other]?.[field] ?? NaN) / (measured?.[one]?.[field] ?? NaN)
      return Number.isFinite(ratio) ? ratio : null
    })
    return values.every((value) => value === null) ? [] : [{ label: one, reference: other, values }]
  })
  const names = Object.keys(results[shown[0] ?? 0]?.measured ?? {})
  const latencies = names.map((label) => ({
    label,
    values: shown.map((each) => results[each]?.measured[label] ?? null),
  }))
  return {
    [`${name}-ratios`]: ratioChart(
      {
        title: `${name}: how often it runs for the CPU time of one other operation`,
        subtitle: 'Of the process of the application. Longer is better.',
        notes,
        legend,
      },
      ratios,
    ),
    [`${name}-latency`]: latencyChart(
      {
        title: `${name}: latency`,
        subtitle:
          'The dot is the median, the end of the line the 99th percentile. Shorter is better.',
        notes,
        legend,
      },
      latencies,
    ),
  }
}

function notesOf(
  { processor, cores, memory, system, node, date, part }: Machine,
  { server, results }: StoreReport,
  shown: readonly number[],
): readonly string[] {
  const loads = shown.map((each) => `${Math.round(100 * (results[each]?.foreignLoad ?? 0))} %`)
  return [
    `${server}; Node ${node}; ${date}`,
    `${processor}, ${cores} cores, ${memory} GiB, ${system}`,
    `Other processes used ${loads.join(' and ')} of the machine, the server included: compare ratios, not times.`,
    ...(part === 1
      ? []
      : [`A short run, with 1/${part} of the operations: the figures are a first impression.`]),
  ]
}

function page(machine: Machine, stores: readonly StoreReport[]): string {
  const { processor, cores, memory, system, node, date } = machine
  const sections = stores.flatMap(({ name, server }) => [
    `## ${name}`,
    '',
    `Measured on ${server}.`,
    '',
    `![For ${name}: how often an operation runs for the CPU time of another](${IMAGES}/${name}-ratios.svg)`,
    '',
    `![For ${name}: median and 99th percentile of the latency](${IMAGES}/${name}-latency.svg)`,
    '',
  ])
  return `# Benchmarks

Made by \`npx -y pnpm@12 bench --report\` on ${date}: ${processor}, ${cores} cores, ${memory} GiB, ${system}, Node ${node}. All figures
are in [benchmarks.json](${IMAGES}/benchmarks.json).

Contestants take turns in one run, so other programs on the machine slow all of them down. The CPU time of the process
is what they change least. Compare ratios between machines, and not times.

${sections.join('\n').trimEnd()}
`
}
