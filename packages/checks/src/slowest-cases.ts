import type { ConformanceRun } from './conformance-report.ts'

const MAX_CASES = 10

/** The ten slowest cases of all runs. */
export function slowestCases(runs: readonly ConformanceRun[]): string {
  const all = runs.flatMap((run) => run.cases.map((each) => ({ ...each, runName: run.name })))
  const slowest = all.toSorted((a, b) => b.ms - a.ms).slice(0, MAX_CASES)
  const lines = slowest.map(({ runName, name, ms }) => `  ${seconds(ms)}  ${runName}: ${name}`)
  return ['Slowest cases', ...lines].join('\n')
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`.padStart(8)
}
