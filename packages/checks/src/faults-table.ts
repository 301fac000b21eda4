import type { ConformanceRun } from './conformance-report.ts'

/** A note of the suite: `black-hole: slowest of 9 calls 1003 ms (…), well 112 ms after the heal`. */
const NOTE = /^(?<fault>[\w-]+): slowest of \d+ calls (?<ms>\d+) ms/

/** The slowest call during each network fault, in ms. The deadline of the calls is 1,000 ms. */
export function faultsTable(runs: readonly ConformanceRun[]): string {
  const rows = new Map<string, Map<string, string>>()
  for (const run of runs) {
    for (const note of run.cases.flatMap(({ notes = [] }) => notes)) {
      const { fault, ms } = NOTE.exec(note)?.groups ?? {}
      if (fault === undefined || ms === undefined) continue
      rows.set(fault, (rows.get(fault) ?? new Map()).set(run.name, ms))
    }
  }
  const names = runs
    .map(({ name }) => name)
    .filter((name) => [...rows.values()].some((row) => row.has(name)))
  const width = Math.max(0, ...[...rows.keys()].map((fault) => fault.length))
  const lines = [...rows].map(([fault, row]) => {
    const cells = names.map((name) => (row.get(name) ?? '').padStart(name.length))
    return `  ${fault.padEnd(width)}  ${cells.join('  ')}`.trimEnd()
  })
  const header = `  ${''.padEnd(width)}  ${names.join('  ')}`
  return ['Network faults: slowest call in ms (deadline 1,000 ms)', header, ...lines].join('\n')
}
