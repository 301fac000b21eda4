import { expect, test } from 'vitest'
import type { ConformanceRun } from '../src/conformance-report.ts'
import { findProblems } from '../src/find-problems.ts'
import { ONE_FAILED, ONE_PASSED } from '../src/totals.ts'

const passing = { folder: 'core', totals: ONE_PASSED }
const failing = { folder: 'core', totals: ONE_FAILED }
const noProblems = { runs: [], problems: [] }
const failedRun: ConformanceRun = {
  name: 'memory',
  adapter: 'memory',
  server: { name: 'in-process', version: '1', standIn: false },
  cases: [{ name: 'one winner', level: 'adapter', status: 'failed', ms: 1 }],
}

test('a successful run has no problems', () => {
  const run = { results: [passing], conformance: noProblems, testsSucceeded: true }
  expect(findProblems(run)).toEqual([])
})

test('a command that failed while every test passed is a problem', () => {
  const run = { results: [passing], conformance: noProblems, testsSucceeded: false }
  expect(findProblems(run)).toHaveLength(1)
})

test('a failed test accounts for the failed command', () => {
  const run = { results: [failing], conformance: noProblems, testsSucceeded: false }
  expect(findProblems(run)).toEqual([])
})

test('a failed case without a failed test is a problem', () => {
  const conformance = { runs: [failedRun], problems: [] }
  const run = { results: [passing], conformance, testsSucceeded: true }
  expect(findProblems(run)).toHaveLength(1)
})

test('the problems of the conformance report are problems of the run', () => {
  const conformance = { runs: [], problems: ['sqlite: no report'] }
  const run = { results: [passing], conformance, testsSucceeded: true }
  expect(findProblems(run)).toEqual(['conformance: sqlite: no report'])
})
