import { readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import * as v from 'valibot'
import type { Counts } from './totals.ts'
import { oneFailed } from './totals.ts'
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
  /** The file, and the test where it was one. */
  readonly test: string
  readonly reason: string
}

export interface PackageResult {
  readonly folder: string
  readonly counts: Counts
  readonly failures: readonly Failure[]
  readonly problem?: string
}

type Expected = Pick<WorkspacePackage, 'folder' | 'hasTests' | 'published'>

/** The results of one package; none where some were due counts as a failure. */
export function readTestResults(testReports: string, expected: Expected): PackageResult {
  const { folder } = expected
  try {
    const file = join(testReports, `${folder}.json`)
    const report = v.parse(VitestReport, JSON.parse(readFileSync(file, 'utf8')))
    const failures = report.testResults.flatMap(failuresOf)
    const counts = {
      passed: report.numPassedTests,
      failed: failures.length,
      skipped: report.numPendingTests + report.numTodoTests,
    }
    const total = counts.passed + counts.failed + counts.skipped
    const due = expected.hasTests || expected.published
    if (due && total === 0) return unusable(folder, 'no test ran')
    return { folder, counts, failures }
  } catch (error) {
    return unusable(folder, `no usable results: ${(error as Error).message}`)
  }
}

function unusable(folder: string, problem: string): PackageResult {
  return { folder, counts: oneFailed, failures: [], problem }
}

function failuresOf(file: v.InferOutput<typeof TestFile>): readonly Failure[] {
  const failed = file.assertionResults.filter((each) => each.status === 'failed')
  // A file that cannot be imported, or whose hook throws, fails without any failed test.
  if (failed.length === 0 && file.status === 'failed') {
    return [{ test: basename(file.name), reason: file.message }]
  }
  return failed.map(({ fullName, failureMessages }) => ({
    test: `${basename(file.name)} > ${fullName}`,
    reason: (failureMessages ?? []).join('\n'),
  }))
}
