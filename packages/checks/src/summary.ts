import { join } from 'node:path'
import { adaptersOf, mergeReports } from './conformance-report.ts'
import { conformanceTable } from './conformance-table.ts'
import { failedTests } from './failed-tests.ts'
import { faultsTable } from './faults-table.ts'
import { findProblems } from './find-problems.ts'
import { knownBadTable, mergeKnownBad } from './known-bad-report.ts'
import { reportsFolder } from './paths.ts'
import { slowestCases } from './slowest-cases.ts'
import { readTestResults } from './test-results.ts'
import type { Counts } from './totals.ts'
import { oneFailed, sum, summaryLine } from './totals.ts'
import type { WorkspacePackage } from './workspace-packages.ts'

export interface Ran {
  /** Whose tests were to run. */
  readonly packages: readonly WorkspacePackage[]
  readonly testsSucceeded: boolean
  /** What else was looked at, by name. */
  readonly checks?: Readonly<Record<string, boolean>>
}

/** Joins what the packages left in `reports/`, prints it as one table, and sets the exit code. */
export function conclude({ packages, testsSucceeded, checks = {} }: Ran): void {
  const results = packages.map((each) => readTestResults(join(reportsFolder, 'tests'), each))
  const conformance = mergeReports(reportsFolder, adaptersOf(packages))
  const knownBad = mergeKnownBad(reportsFolder)
  const problems = [...findProblems({ results, conformance, testsSucceeded }), ...knownBad.problems]
  const counts = sum([
    ...Object.values(checks).map(countOf),
    ...results.map((result) => result.counts),
    ...problems.map(() => oneFailed),
  ])

  console.log(`\n${conformanceTable(conformance.runs)}\n`)
  console.log(`${faultsTable(conformance.runs)}\n\n${slowestCases(conformance.runs)}\n`)
  if (knownBad.rows.length > 0) console.log(`${knownBadTable(knownBad.rows)}\n`)
  if (counts.failed > 0) console.log(`${failedTests(results)}\n`)
  for (const [name, succeeded] of Object.entries(checks)) if (!succeeded) console.log(`✗ ${name}`)
  for (const { folder, counts, problem } of results) {
    console.log(`${counts.failed ? '✗' : '✓'} ${folder}: ${problem ?? summaryLine(counts)}`)
  }
  for (const problem of problems) console.log(`✗ ${problem}`)
  process.exitCode = counts.failed === 0 ? 0 : 1
  console.log(summaryLine(counts))
}

function countOf(succeeded: boolean): Counts {
  return { passed: succeeded ? 1 : 0, failed: succeeded ? 0 : 1, skipped: 0 }
}
