import type { ConformanceRun } from './conformance-report.ts'

const COUNT = 10

/** Where the time went. */
export function slowestCases(runs: readonly ConformanceRun[]): string {
  const all = runs.flatMap((run) => run.cases.map((each) => ({ ...each, where: run.name })))
  const slowest = all.toSorted((a, b) => b.ms - a.ms).slice(0, COUNT)
  const lines = slowest.map(({ where, name, ms }) => `  ${seconds(ms)}  ${where}: ${name}`)
  return ['Slowest cases', ...lines].join('\n')
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`.padStart(8)
}
