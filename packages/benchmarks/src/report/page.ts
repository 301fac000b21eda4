import { duration } from './charts.ts'
import type { GrowthReport, Machine, Reports, StoreReport } from './contents.ts'
import { measuredInFlight, ratiosOf } from './ratios.ts'

/** Where the charts and the figures are, beside the page. */
export const IMAGES = 'images/benchmarks'

/** The page of the documentation. */
export function page(machine: Machine, { stores, growth }: Reports): string {
  const { processor, cores, memory, system, node, date } = machine
  return `# Benchmarks

Made by \`npx -y pnpm@12 bench --report\` on ${date}: ${processor}, ${cores} cores, ${memory} GiB, ${system}, Node ${node}. All figures
are in [benchmarks.json](${IMAGES}/benchmarks.json).

A ratio is how often an operation runs in the CPU time of one operation of another kind. Above 1, it needs less CPU time
than the other one. Only the process of the application is counted; for the guards, that of their server.

All of them take turns in one run, so other programs on the machine slow all of them down. The CPU time of the process
is what they change least. Compare ratios between machines, and not times.

${[...stores.flatMap(storeSection), ...growthSection(growth)].join('\n').trimEnd()}
`
}

function storeSection(store: StoreReport): readonly string[] {
  const { name, server } = store
  const inFlight = measuredInFlight(store)
  const rows = ratiosOf(store, inFlight).map(({ label, reference, values }) => {
    const cells = values.map((value) => (value === null ? '' : value.toFixed(2)))
    return `| ${[label, `one ${reference}`, ...cells].join(' | ')} |`
  })
  return [
    `## ${name}`,
    '',
    `Measured on ${server}.`,
    '',
    `![For ${name}: how often an operation runs in the CPU time of another one](${IMAGES}/${name}-ratios.svg)`,
    '',
    `| operation | in the CPU time of | ${inFlight.map((each) => `${each} in flight`).join(' | ')} |`,
    `| --- | --- | ${inFlight.map(() => '---').join(' | ')} |`,
    ...rows,
    '',
    `![For ${name}: median and 99th percentile of the latency](${IMAGES}/${name}-latency.svg)`,
    '',
  ]
}

function growthSection(growth: readonly GrowthReport[]): readonly string[] {
  if (growth.length === 0) return []
  const rows = growth.map(
    ({ server, prune: { deleted, seconds, p99Alone, p99Beside } }) =>
      `| ${server} | ${deleted.toLocaleString('en')} | ${Math.round(deleted / seconds).toLocaleString('en')} | ${duration(p99Alone * 1_000)} | ${duration(p99Beside * 1_000)} |`,
  )
  return [
    '## Growth',
    '',
    `![How long verify takes while the store grows](${IMAGES}/growth.svg)`,
    '',
    'Then records were pruned, while 16 clients verified without pause:',
    '',
    '| store | pruned | a second | p99 of `verify` before | meanwhile |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ]
}
