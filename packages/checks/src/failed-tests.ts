import type { PackageResult } from './test-results.ts'

const MAX_REASON_LINES = 12

/** The failed tests and their reasons, for the end of the log: logs are often cut at the start. */
export function failedTests(results: readonly PackageResult[]): string {
  const failures = results.flatMap(({ folder, failures }) =>
    failures.map(({ test, reason }) => `✗ ${folder}: ${test}\n${indented(reason)}`),
  )
  return failures.join('\n')
}

function indented(reason: string): string {
  const lines = reason.split('\n').slice(0, MAX_REASON_LINES)
  return lines.map((line) => `    ${line}`).join('\n')
}
