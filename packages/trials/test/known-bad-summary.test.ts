import { type KnownBadResult, knownBad } from '@tokenward/conformance/known-bad'
import { expect, test } from 'vitest'
import { sameOnThisStore } from '../src/known-bad/same-on-this-store.ts'
import { problemsOf, summaryOf } from '../src/known-bad/summary.ts'

function result(name: string, fields: Partial<KnownBadResult> = {}): KnownBadResult {
  return {
    name,
    level: 'adapter',
    mutation: 'a defect',
    caughtBy: 'a-case',
    ran: true,
    caught: true,
    reason: 'it failed',
    failedCases: [],
    ...fields,
  }
}

const missed = result('missed', { caught: false, reason: 'passed' })
const left = result('left', { ran: false, caught: false, reason: 'it has no address' })

test('what was not caught is a problem, unless its case does not run or a reason is given', () => {
  expect(problemsOf('redis', [result('caught'), missed, left], {})).toEqual([
    'redis: missed was not caught by a-case: passed',
  ])
  expect(problemsOf('redis', [missed], { missed: 'no defect' })).toEqual([])
})

test('a reason for what is caught is a problem', () => {
  expect(problemsOf('redis', [result('caught')], { caught: 'no defect' })).toEqual([
    'redis: caught is caught: remove its reason',
  ])
})

test('the summary counts what was caught, and names the others with their reasons', () => {
  expect(summaryOf('redis', [result('caught'), missed, left], { missed: 'no defect' })).toBe(
    [
      'redis: 1 caught of 2 that could run',
      '  not run, it has no address: left',
      '  no defect here, missed: no defect',
    ].join('\n'),
  )
})

test('every reason is that of a known-bad', () => {
  const names = new Set(knownBad.map(({ name }) => name))
  const given = Object.values(sameOnThisStore).flatMap((reasons) => Object.keys(reasons))
  expect(given.filter((name) => !names.has(name))).toEqual([])
})
