import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { latencyChart, ratioChart } from './charts.ts'
import {
  type GrowthReport,
  type Machine,
  machineNotes,
  type Reports,
  type StoreReport,
} from './contents.ts'
import { growthChart } from './growth-chart.ts'
import { IMAGES, page } from './page.ts'
import { ratiosOf } from './ratios.ts'

const DOCS = resolve(import.meta.dirname, '../../../../docs')

/** The charts show these, of all that were measured. */
const SHOWN_IN_FLIGHT = [1, 64]

const FOLDER = join(DOCS, IMAGES)
const FIGURES = join(FOLDER, 'benchmarks.json')

/** What the last report has of this machine, with the same versions, on the same day: the rest is measured anew. */
export function readReports(machine: Machine): Reports {
  if (!existsSync(FIGURES)) return { stores: [], growth: [] }
  const { machine: measured, ...reports } = JSON.parse(readFileSync(FIGURES, 'utf8'))
  return isDeepStrictEqual(measured, machine) ? reports : { stores: [], growth: [] }
}

/** What was measured again replaces what there was of the same name. */
export function merged(reports: Reports, more: Partial<Reports>): Reports {
  const merge = <T extends { readonly name: string }>(
    all: readonly T[],
    added: readonly T[] = [],
  ) => [...all.filter(({ name }) => !added.some((each) => each.name === name)), ...added]
  return {
    stores: merge(reports.stores, more.stores),
    growth: merge(reports.growth, more.growth),
  }
}

/** Writes one JSON file with all figures, the charts, and the page that shows them. */
export function writeReport(machine: Machine, reports: Reports): void {
  mkdirSync(FOLDER, { recursive: true })
  writeFileSync(FIGURES, `${JSON.stringify({ machine, ...reports }, null, 2)}\n`)
  const charts = [
    ...reports.stores.map((store) => chartsOf(machine, store)),
    growthOf(machine, reports.growth),
  ]
  for (const [name, svg] of charts.flatMap((each) => Object.entries(each))) {
    writeFileSync(join(FOLDER, `${name}.svg`), svg)
  }
  writeFileSync(join(DOCS, 'benchmarks.md'), page(machine, reports))
}

/** By the name of the file. */
export function chartsOf(machine: Machine, store: StoreReport): Readonly<Record<string, string>> {
  const { name, results } = store
  const shown = SHOWN_IN_FLIGHT.filter((each) => results[each] !== undefined)
  const legend = shown.map((each) => `${each} in flight`)
  const notes = notesOf(machine, store, shown)
  const ratios = ratiosOf(store, shown)
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

/** By the name of the file. */
export function growthOf(
  machine: Machine,
  growth: readonly GrowthReport[],
): Readonly<Record<string, string>> {
  if (growth.length === 0) return {}
  const heading = {
    title: 'How long verify takes while the store grows',
    subtitle:
      'One client. The whole line is the median, the broken one the 99th percentile. Lower is better.',
    notes: [...growth.map(({ server }) => server), ...machineNotes(machine)],
    legend: growth.map(({ name }) => name),
  }
  return {
    growth: growthChart(
      heading,
      growth.map(({ sizes }) => sizes),
    ),
  }
}

function notesOf(
  machine: Machine,
  { server, results }: StoreReport,
  shown: readonly number[],
): readonly string[] {
  const loads = shown.map((each) => `${Math.round(100 * (results[each]?.foreignLoad ?? 0))} %`)
  return [
    server,
    ...machineNotes(machine),
    `Other processes used ${loads.join(' and ')} of the machine, the server included: compare ratios, not times.`,
  ]
}
