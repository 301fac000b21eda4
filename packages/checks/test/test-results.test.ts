import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { failedTests } from '../src/failed-tests.ts'
import { readTestResults } from '../src/test-results.ts'
import { NO_TESTS, ONE_FAILED, ONE_PASSED, sum, totalsLine } from '../src/totals.ts'
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

function results(report: unknown, expected: { hasTests: boolean; published: boolean }) {
  writeFileSync(join(reports, 'some.json'), JSON.stringify(report))
  return readTestResults(reports, { folder: 'some', ...expected })
}

test('totals are summed', () => {
  expect(sum([ONE_PASSED, ONE_FAILED, { passed: 2, failed: 0, skipped: 5 }])).toEqual({
    passed: 3,
    failed: 1,
    skipped: 5,
  })
  expect(totalsLine(NO_TESTS)).toBe('0 passed, 0 failed, 0 skipped')
})

test('pending and todo tests count as skipped', () => {
  const { totals, problem } = results(clean, { hasTests: true, published: true })
  expect(totals).toEqual({ passed: 3, failed: 0, skipped: 2 })
  expect(problem).toBeUndefined()
})

test('a test file that cannot be loaded counts as failed, with its reason', () => {
  const broken = { name: '/x/b', status: 'failed', message: 'no such module', assertionResults: [] }
  const report = { ...clean, testResults: [...clean.testResults, broken] }
  const { totals, failures } = results(report, { hasTests: true, published: true })
  expect(totals.failed).toBe(1)
  expect(failures).toEqual([{ test: 'b', reason: 'no such module' }])
})

test('a failed test is not counted again for its file', () => {
  const test = {
    status: 'failed',
    fullName: 'it works',
    failureMessages: ['it does not', 'at all'],
  }
  const failing = { name: '/x/b', status: 'failed', assertionResults: [test] }
  const report = { ...clean, numFailedTests: 1, testResults: [failing] }
  const result = results(report, { hasTests: true, published: true })
  expect(result.totals.failed).toBe(1)
  expect(failedTests([result])).toBe('✗ some: b > it works\n    it does not\n    at all')
})

test.for([
  ['a package with test files', { hasTests: true, published: false }],
  ['a published package', { hasTests: false, published: true }],
] as const)('%s without a test is a failure', ([, expected]) => {
  expect(results(empty, expected)).toEqual({
    folder: 'some',
    totals: ONE_FAILED,
    failures: [],
    problem: 'no test ran',
  })
})

test('a private package may have no tests', () => {
  expect(results(empty, { hasTests: false, published: false }).totals).toEqual(NO_TESTS)
})

test('a missing results file is a failure', () => {
  const missing = readTestResults(reports, { folder: 'missing', hasTests: true, published: true })
  expect(missing.totals).toEqual(ONE_FAILED)
  expect(missing.problem).toContain('no usable results')
})

test('a results file of another format is a failure', () => {
  expect(results({ tests: 3 }, { hasTests: true, published: true }).totals).toEqual(ONE_FAILED)
})
