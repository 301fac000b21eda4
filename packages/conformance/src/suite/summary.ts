import type { Report } from './report.ts'
import type { CaseResult } from './result.ts'

export const NOT_SELECTED = 'the runner did not run it'
/** With more cases of one reason, only their number is printed: the report has them. */
const MAX_NAMES = 24
/** How a note begins that names a claim without evidence. */
export const NOT_TRIED = 'claimed and not tried'

/**
 * What the end of a run prints: a runner shows that cases were skipped, and mostly not why. A claim that
 * nothing could try looks like one that holds, unless it is named.
 */
export function summaryOf({ name, server, cases }: Report, file: string): string {
  const count = (status: CaseResult['status']) => ofStatus(cases, status).length
  const seconds = Math.round(cases.reduce((sum, { ms }) => sum + ms, 0) / 1_000)
  const totals = `${count('passed')} passed, ${count('failed')} failed, ${count('not-run')} not run`
  const lines = [
    `conformance ${name} on ${server.name} ${server.version}: ${totals}, in ${seconds} s`,
    ...notRunLines(ofStatus(cases, 'not-run')),
    ...notTried(cases),
    `  report: ${file}`,
  ]
  return lines.map((line) => `${line}\n`).join('')
}

function notRunLines(cases: readonly CaseResult[]): readonly string[] {
  const byReason = Map.groupBy(cases, ({ reason = '' }) => reason)
  return [...byReason].map(([reason, skipped]) => {
    const isShort = skipped.length <= MAX_NAMES
    const names = isShort ? skipped.map(({ name }) => name).join(', ') : `${skipped.length} cases`
    return `  not run, ${reason.split('\n', 1)}: ${names}`
  })
}

function notTried(cases: readonly CaseResult[]): readonly string[] {
  const notes = cases.flatMap(({ notes = [] }) => notes)
  return notes.filter((note) => note.startsWith(NOT_TRIED)).map((note) => `  ${note}`)
}

function ofStatus(
  cases: readonly CaseResult[],
  status: CaseResult['status'],
): readonly CaseResult[] {
  return cases.filter((each) => each.status === status)
}
