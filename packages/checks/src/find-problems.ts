import type { ConformanceReport } from './conformance-report.ts'
import type { PackageResult } from './test-results.ts'
import { sum } from './totals.ts'

export interface RunResults {
  readonly results: readonly Pick<PackageResult, 'totals'>[]
  readonly conformance: ConformanceReport
  /** Whether the command that ran all tests exited with 0. */
  readonly testsSucceeded: boolean
}

/** Problems that no results file shows. Each one counts as a failure of the run. */
export function findProblems(run: RunResults): readonly string[] {
  const { results, conformance, testsSucceeded } = run
  const problems = conformance.problems.map((problem) => `conformance: ${problem}`)
  const { failed } = sum(results.map((result) => result.totals))
  const hasFailedCase = conformance.runs.some(({ cases }) =>
    cases.some(({ status }) => status === 'failed'),
  )
  if (hasFailedCase && failed === 0) problems.push('conformance: a case failed, but no test did')
  // An error outside of a test makes the command fail although all its tests passed.
  if (!testsSucceeded && failed === 0) problems.push('tests: the command failed, but no test did')
  return problems
}
