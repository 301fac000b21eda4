import type { PackageResult } from './test-results.ts'

const LINES = 12

/** What failed and why, at the end of the run: a log is often cut at its beginning. */
export function failedTests(results: readonly PackageResult[]): string {
  const failures = results.flatMap(({ folder, failures }) =>
    failures.map(({ test, reason }) => `✗ ${folder}: ${test}\n${indented(reason)}`),
  )
  return failures.join('\n')
}

function indented(reason: string): string {
  const lines = reason.split('\n').slice(0, LINES)
  return lines.map((line) => `    ${line}`).join('\n')
}
