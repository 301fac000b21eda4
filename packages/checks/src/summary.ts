import { join } from 'node:path'
import { adapterNames } from './adapters.ts'
import { mergeReports } from './conformance-report.ts'
import { conformanceTable } from './conformance-table.ts'
import { failedTests } from './failed-tests.ts'
import { faultsTable } from './faults-table.ts'
import { findProblems } from './find-problems.ts'
import { knownBadTable, mergeKnownBad } from './known-bad-report.ts'
import { reportsFolder } from './paths.ts'
import { slowestCases } from './slowest-cases.ts'
import { readTestResults } from './test-results.ts'
import type { Totals } from './totals.ts'
import { ONE_FAILED, ONE_PASSED, sum, totalsLine } from './totals.ts'
import type { WorkspacePackage } from './workspace-packages.ts'

/** What a run of the repository's tests did. */
export interface CompletedRun {
  /** The packages whose tests were run. */
  readonly packages: readonly WorkspacePackage[]
  readonly testsSucceeded: boolean
  /** Whether each of the other steps succeeded, by its name. */
  readonly steps?: Readonly<Record<string, boolean>>
}

/** Merges the results that the packages wrote to `reports/`, prints them and sets the exit code. */
export function summarize({ packages, testsSucceeded, steps = {} }: CompletedRun): void {
  const results = packages.map((each) => readTestResults(join(reportsFolder, 'tests'), each))
  const conformance = mergeReports(reportsFolder, adapterNames)
  const knownBad = mergeKnownBad(reportsFolder)
  const problems = [...findProblems({ results, conformance, testsSucceeded }), ...knownBad.problems]
  const totals = sum([
    ...Object.values(steps).map(totalsOfStep),
    ...results.map((result) => result.totals),
    ...problems.map(() => ONE_FAILED),
  ])

  console.log(`\n${conformanceTable(conformance.runs)}\n`)
  console.log(`${faultsTable(conformance.runs)}\n\n${slowestCases(conformance.runs)}\n`)
  if (knownBad.rows.length > 0) console.log(`${knownBadTable(knownBad.rows)}\n`)
  if (totals.failed > 0) console.log(`${failedTests(results)}\n`)
  for (const [name, succeeded] of Object.entries(steps)) if (!succeeded) console.log(`✗ ${name}`)
  for (const { folder, totals, problem } of results) {
    console.log(`${totals.failed ? '✗' : '✓'} ${folder}: ${problem ?? totalsLine(totals)}`)
  }
  for (const problem of problems) console.log(`✗ ${problem}`)
  process.exitCode = totals.failed === 0 ? 0 : 1
  console.log(totalsLine(totals))
}

function totalsOfStep(succeeded: boolean): Totals {
  return succeeded ? ONE_PASSED : ONE_FAILED
}
