import type { ConformanceCase, ConformanceRun } from './conformance-report.ts'

const marks = { passed: '✓', failed: '✗', 'not-run': '–' } as const

/** Cases are rows and runs are columns. The reasons of failed and skipped cases follow. */
export function conformanceTable(runs: readonly ConformanceRun[]): string {
  const lines = [
    'Conformance (✓ passed, ✗ failed, – not run)',
    ...runs.map(describeRun),
    '',
    ...table(runs),
    ...explanations('Failed', 'failed', runs),
    ...explanations('Not run', 'not-run', runs),
    ...untriedClaims(runs),
  ]
  return lines.join('\n')
}

function describeRun(run: ConformanceRun): string {
  const { name, version, standIn } = run.server
  const count = (status: ConformanceCase['status']) =>
    run.cases.filter((each) => each.status === status).length
  const totals = `${count('passed')} passed, ${count('failed')} failed, ${count('not-run')} not run`
  return `  ${run.name}: ${name} ${version}${standIn ? ' (a stand-in)' : ''}: ${totals}`
}

function table(runs: readonly ConformanceRun[]): readonly string[] {
  const labels = new Set(runs.flatMap((run) => run.cases.map(labelOf)))
  const width = Math.max(...[...labels].map((label) => label.length), 0)
  const header = `  ${''.padEnd(width)}  ${runs.map((run) => run.name).join('  ')}`
  const rows = [...labels].sort().map((label) => {
    const cells = runs.map((run) => markOf(run, label).padEnd(run.name.length))
    return `  ${label.padEnd(width)}  ${cells.join('  ')}`.trimEnd()
  })
  return [header.trimEnd(), ...rows]
}

function labelOf(each: ConformanceCase): string {
  return `${each.level}: ${each.name}`
}

function markOf(run: ConformanceRun, label: string): string {
  const found = run.cases.find((each) => labelOf(each) === label)
  return found ? marks[found.status] : ''
}

/** One line for each reason in a run, followed by the cases that it applies to. */
function explanations(
  title: string,
  status: ConformanceCase['status'],
  runs: readonly ConformanceRun[],
): readonly string[] {
  const lines = runs.flatMap((run) => {
    const cases = run.cases.filter((each) => each.status === status)
    const byReason = Map.groupBy(cases, (each) => each.reason ?? 'no reason given')
    return [...byReason].map(([reason, affected]) => {
      const names = affected.map((each) => each.name).join(', ')
      return `  ${run.name}: ${reason} (${names})`
    })
  })
  return lines.length === 0 ? [] : ['', `${title}:`, ...lines]
}

/** A note of the case `claims-complete`. */
const UNTRIED = /^claimed and not tried: (?<claim>.+)$/

/** What an adapter claims and nothing in the run could try. */
function untriedClaims(runs: readonly ConformanceRun[]): readonly string[] {
  const lines = runs.flatMap((run) => {
    const notes = run.cases.flatMap((each) => each.notes ?? [])
    const claims = notes.flatMap((note) => UNTRIED.exec(note)?.groups?.['claim'] ?? [])
    return claims.map((claim) => `  ${run.name}: ${claim}`)
  })
  return lines.length === 0 ? [] : ['', 'Claimed and not tried:', ...lines]
}
