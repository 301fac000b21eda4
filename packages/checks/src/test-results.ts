import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import * as v from 'valibot'
import type { Totals } from './totals.ts'
import { ONE_FAILED } from './totals.ts'
import type { WorkspacePackage } from './workspace-packages.ts'

const TestCase = v.object({
  status: v.string(),
  fullName: v.optional(v.string(), ''),
  failureMessages: v.optional(v.nullable(v.array(v.string())), []),
})
const TestFile = v.object({
  name: v.string(),
  status: v.string(),
  message: v.optional(v.string(), ''),
  assertionResults: v.array(TestCase),
})
const VitestReport = v.object({
  numPassedTests: v.number(),
  numFailedTests: v.number(),
  numPendingTests: v.number(),
  numTodoTests: v.number(),
  testResults: v.array(TestFile),
})

export interface Failure {
  /** The file, and the name of the test if one failed. */
  readonly test: string
  readonly reason: string
}

export interface PackageResult {
  readonly folder: string
  readonly totals: Totals
  readonly failures: readonly Failure[]
  readonly problem?: string
}

type Expected = Pick<WorkspacePackage, 'folder' | 'hasTests' | 'published'>

/** The results of one package. Missing results count as a failure where tests are required. */
export function readTestResults(testReports: string, expected: Expected): PackageResult {
  const { folder } = expected
  try {
    const file = join(testReports, `${folder}.json`)
    const report = v.parse(VitestReport, JSON.parse(readFileSync(file, 'utf8')))
    const failures = report.testResults.flatMap(failuresOf)
    const totals = {
      passed: report.numPassedTests,
      failed: failures.length,
      skipped: report.numPendingTests + report.numTodoTests,
    }
    const count = totals.passed + totals.failed + totals.skipped
    const mustHaveTests = expected.hasTests || expected.published
    if (mustHaveTests && count === 0) return unusable(folder, 'no test ran')
    return { folder, totals, failures }
  } catch (error) {
    return unusable(folder, `no usable results: ${(error as Error).message}`)
  }
}

function unusable(folder: string, problem: string): PackageResult {
  return { folder, totals: ONE_FAILED, failures: [], problem }
}

function failuresOf(file: v.InferOutput<typeof TestFile>): readonly Failure[] {
  const failed = file.assertionResults.filter((each) => each.status === 'failed')
  // A file that cannot be imported, or whose hook throws, fails without a failed test.
  if (failed.length === 0 && file.status === 'failed') {
    return [{ test: basename(file.name), reason: file.message }]
  }
  return failed.map(({ fullName, failureMessages }) => ({
    test: `${basename(file.name)} > ${fullName}`,
    reason: (failureMessages ?? []).join('\n'),
  }))
}
