import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as v from 'valibot'
import type { Counts } from './counts.ts'
import { oneFailed } from './counts.ts'
import type { WorkspacePackage } from './workspace-packages.ts'

const TestFile = v.object({
  name: v.string(),
  status: v.string(),
  assertionResults: v.array(v.object({ status: v.string() })),
})
const VitestReport = v.object({
  numPassedTests: v.number(),
  numFailedTests: v.number(),
  numPendingTests: v.number(),
  numTodoTests: v.number(),
  testResults: v.array(TestFile),
})

export interface PackageResult {
  readonly folder: string
  readonly counts: Counts
  readonly problem?: string
}

type Expected = Pick<WorkspacePackage, 'folder' | 'hasTests' | 'published'>

/** The results of one package; none where some were due counts as a failure. */
export function readTestResults(testReports: string, expected: Expected): PackageResult {
  const { folder } = expected
  try {
    const file = join(testReports, `${folder}.json`)
    const counts = countTests(v.parse(VitestReport, JSON.parse(readFileSync(file, 'utf8'))))
    const total = counts.passed + counts.failed + counts.skipped
    const due = expected.hasTests || expected.published
    if (due && total === 0) return { folder, counts: oneFailed, problem: 'no test ran' }
    return { folder, counts }
  } catch (error) {
    return { folder, counts: oneFailed, problem: `no usable results: ${(error as Error).message}` }
  }
}

function countTests(report: v.InferOutput<typeof VitestReport>): Counts {
  // A file that cannot be imported, or whose hook throws, fails without any failed test.
  const failedFiles = report.testResults.filter(
    (file) =>
      file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  )
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + failedFiles.length,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}
