import { expect, test } from 'vitest'
import type { ConformanceRun } from '../src/conformance-report.ts'
import { findProblems } from '../src/find-problems.ts'
import { oneFailed, onePassed } from '../src/totals.ts'

const passing = { folder: 'core', counts: onePassed }
const failing = { folder: 'core', counts: oneFailed }
const fine = { runs: [], problems: [] }
const badRun: ConformanceRun = {
  name: 'memory',
  adapter: 'memory',
  server: { name: 'in-process', version: '1', standIn: false },
  cases: [{ name: 'one winner', level: 'adapter', status: 'failed', ms: 1 }],
}

test('a run in which all went well has no problems', () => {
  const evidence = { results: [passing], conformance: fine, testsSucceeded: true }
  expect(findProblems(evidence)).toEqual([])
})

test('a command that failed while every test passed is a problem', () => {
  const evidence = { results: [passing], conformance: fine, testsSucceeded: false }
  expect(findProblems(evidence)).toHaveLength(1)
})

test('a failed test accounts for the failed command', () => {
  const evidence = { results: [failing], conformance: fine, testsSucceeded: false }
  expect(findProblems(evidence)).toEqual([])
})

test('a failed case that no test tells of is a problem', () => {
  const conformance = { runs: [badRun], problems: [] }
  const evidence = { results: [passing], conformance, testsSucceeded: true }
  expect(findProblems(evidence)).toHaveLength(1)
})

test('the problems of the conformance report are problems of the run', () => {
  const conformance = { runs: [], problems: ['sqlite: no report'] }
  const evidence = { results: [passing], conformance, testsSucceeded: true }
  expect(findProblems(evidence)).toEqual(['conformance: sqlite: no report'])
})
