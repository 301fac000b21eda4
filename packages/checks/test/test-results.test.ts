import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { failedTests } from '../src/failed-tests.ts'
import { readTestResults } from '../src/test-results.ts'
import { nothing, oneFailed, onePassed, sum, summaryLine } from '../src/totals.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

const reports = temporaryFolder()
const clean = {
  numPassedTests: 3,
  numFailedTests: 0,
  numPendingTests: 1,
  numTodoTests: 1,
  testResults: [{ name: 'a', status: 'passed', assertionResults: [{ status: 'passed' }] }],
}
const empty = {
  ...clean,
  numPassedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [],
}

function results(report: unknown, due: { hasTests: boolean; published: boolean }) {
  writeFileSync(join(reports, 'some.json'), JSON.stringify(report))
  return readTestResults(reports, { folder: 'some', ...due })
}

test('counts are summed', () => {
  expect(sum([onePassed, oneFailed, { passed: 2, failed: 0, skipped: 5 }])).toEqual({
    passed: 3,
    failed: 1,
    skipped: 5,
  })
  expect(summaryLine(nothing)).toBe('0 passed, 0 failed, 0 skipped')
})

test('pending and todo tests are skipped ones', () => {
  const { counts, problem } = results(clean, { hasTests: true, published: true })
  expect(counts).toEqual({ passed: 3, failed: 0, skipped: 2 })
  expect(problem).toBeUndefined()
})

test('a test file that could not be loaded has failed, and its reason is told', () => {
  const broken = { name: '/x/b', status: 'failed', message: 'no such module', assertionResults: [] }
  const report = { ...clean, testResults: [...clean.testResults, broken] }
  const { counts, failures } = results(report, { hasTests: true, published: true })
  expect(counts.failed).toBe(1)
  expect(failures).toEqual([{ test: 'b', reason: 'no such module' }])
})

test('a failed test is not counted again for its file', () => {
  const test = {
    status: 'failed',
    fullName: 'it holds',
    failureMessages: ['it does not', 'at all'],
  }
  const failing = { name: '/x/b', status: 'failed', assertionResults: [test] }
  const report = { ...clean, numFailedTests: 1, testResults: [failing] }
  const result = results(report, { hasTests: true, published: true })
  expect(result.counts.failed).toBe(1)
  expect(failedTests([result])).toBe('✗ some: b > it holds\n    it does not\n    at all')
})

test.for([
  ['a package with test files', { hasTests: true, published: false }],
  ['a published package', { hasTests: false, published: true }],
] as const)('%s must not run without a test', ([, due]) => {
  expect(results(empty, due)).toEqual({
    folder: 'some',
    counts: oneFailed,
    failures: [],
    problem: 'no test ran',
  })
})

test('a private package may have no tests', () => {
  expect(results(empty, { hasTests: false, published: false }).counts).toEqual(nothing)
})

test('a missing results file is a failure', () => {
  const absent = readTestResults(reports, { folder: 'absent', hasTests: true, published: true })
  expect(absent.counts).toEqual(oneFailed)
  expect(absent.problem).toContain('no usable results')
})

test('a results file that is none is a failure', () => {
  expect(results({ tests: 3 }, { hasTests: true, published: true }).counts).toEqual(oneFailed)
})
