import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { adaptersOf, mergeReports } from './conformance-report.ts'
import { conformanceTable } from './conformance-table.ts'
import { oneFailed, onePassed, sum, summaryLine } from './counts.ts'
import { reportsFolder } from './paths.ts'
import { succeeds } from './run-command.ts'
import { readTestResults } from './test-results.ts'
import { findProblems } from './verdict.ts'
import { listPackages } from './workspace-packages.ts'

// The tools below cannot see whether a person reads along.
const colourful = process.stdout.isTTY || process.env['FORCE_COLOR'] !== undefined
const environment = {
  TOKENWARD_REPORTS: reportsFolder,
  TURBO_TELEMETRY_DISABLED: '1',
  ...(colourful ? {} : { NO_COLOR: '1' }),
}
const buildFirst = ['--continue=dependencies-successful', '--log-order=grouped']

function step(name: string, command: string, commandArguments: readonly string[]): boolean {
  console.log(`\n── ${name}`)
  return succeeds(command, commandArguments, { environment })
}

// Results of an earlier run must never be taken for those of this one.
rmSync(reportsFolder, { recursive: true, force: true })
mkdirSync(join(reportsFolder, 'conformance'), { recursive: true })

const checks = {
  lint: step('lint', 'biome', ['ci', ...(colourful ? [] : ['--colors=off'])]),
  build: step('build', 'turbo', ['run', 'build', ...buildFirst]),
  'type-check': step('check', 'turbo', ['run', 'check', ...buildFirst]),
}
// One package at a time: races and deadlines are measured, and the cores are few.
const testsSucceeded = step('test', 'turbo', ['run', 'test', '--concurrency=1', ...buildFirst])

const packages = listPackages()
const results = packages
  .filter(({ manifest }) => manifest.scripts?.['test'] !== undefined)
  .map((each) => readTestResults(join(reportsFolder, 'tests'), each))
const conformance = mergeReports(reportsFolder, adaptersOf(packages))
const problems = findProblems({ results, conformance, testsSucceeded })
const counts = sum([
  ...Object.values(checks).map((succeeded) => (succeeded ? onePassed : oneFailed)),
  ...results.map((result) => result.counts),
  ...problems.map(() => oneFailed),
])

console.log(`\n${conformanceTable(conformance.runs)}\n`)
for (const [name, succeeded] of Object.entries(checks)) if (!succeeded) console.log(`✗ ${name}`)
for (const { folder, counts, problem } of results) {
  console.log(`${counts.failed ? '✗' : '✓'} ${folder}: ${problem ?? summaryLine(counts)}`)
}
for (const problem of problems) console.log(`✗ ${problem}`)
process.exitCode = counts.failed === 0 ? 0 : 1
console.log(summaryLine(counts))
