import type { ConformanceReport } from './conformance-report.ts'
import type { PackageResult } from './test-results.ts'
import { sum } from './totals.ts'

export interface Evidence {
  readonly results: readonly Pick<PackageResult, 'counts'>[]
  readonly conformance: ConformanceReport
  /** Whether the command that ran all the tests ended well. */
  readonly testsSucceeded: boolean
}

/** What the results files do not show by themselves; each counts as one failure. */
export function findProblems(evidence: Evidence): readonly string[] {
  const { results, conformance, testsSucceeded } = evidence
  const problems = [...conformance.problems.map((problem) => `conformance: ${problem}`)]
  const failed = sum(results.map((result) => result.counts)).failed
  const failedCases = conformance.runs.some((run) =>
    run.cases.some((each) => each.status === 'failed'),
  )
  if (failedCases && failed === 0) problems.push('conformance: a case failed, but no test did')
  // An error outside any test ends a run badly although all its tests passed.
  if (!testsSucceeded && failed === 0) problems.push('tests: the command failed, but no test did')
  return problems
}
