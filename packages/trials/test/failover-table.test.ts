import type { CaseResult } from '@tokenward/conformance'
import { expect, test } from 'vitest'
import type { Report } from '../src/failover/run-scenario.ts'
import { problemsOf, tableOf } from '../src/failover/table.ts'

const caseOf = (name: string, status: CaseResult['status']): CaseResult => {
  return { name, status, level: 'engine', ms: 1 }
}
const losses = { acknowledged: 500, lost: 0, acceptedAfterRevokeAll: 0, outageMs: 1_240 }
const kept: Report = {
  scenario: { title: 'A store', keepsWrites: true, isFenced: true },
  server: 'store 1.0',
  killed: losses,
  behind: losses,
  deposed: { revoked: 50, accepted: 0, lastMs: 0 },
  cases: [caseOf('failover', 'passed'), caseOf('deposed-primary', 'passed')],
}

/** What a store does that loses writes and is not fenced. */
const broken: Report = {
  ...kept,
  behind: { ...losses, lost: 3 },
  deposed: { revoked: 50, accepted: 7, lastMs: 2_000 },
  cases: [caseOf('failover', 'failed'), caseOf('deposed-primary', 'failed')],
}

test('a store that keeps its promises has no problem', () => {
  expect(problemsOf(kept)).toEqual([])
})

test('each promise that is not kept is a problem', () => {
  expect(problemsOf(broken)).toEqual([
    'A store: not kept: keeps acknowledged revocations',
    'A store: not kept: passes the case failover',
    'A store: not kept: accepts nothing by a deposed primary',
    'A store: not kept: passes the case deposed-primary',
  ])
  const cases = [caseOf('failover', 'not-run'), caseOf('deposed-primary', 'passed')]
  expect(problemsOf({ ...kept, cases })).toEqual(['A store: not kept: passes the case failover'])
})

test('a store that declares its losses must be healed by revoking everything', () => {
  const scenario = { title: 'A store', keepsWrites: false, isFenced: false }
  expect(problemsOf({ ...broken, scenario })).toEqual([])
  const behind = { ...losses, lost: 3, acceptedAfterRevokeAll: 1 }
  expect(problemsOf({ ...broken, scenario, behind })).toEqual([
    'A store: not kept: accepts nothing after revoke({ everything: true })',
  ])
})

test('the table has the losses, the times and the cases', () => {
  const { behind: _, ...alone } = kept
  const [, , first, second] = tableOf([broken, alone]).split('\n')
  expect(first).toBe(
    '| A store (store 1.0) | 0 of 500 | 3 of 500 | 1.2 s and 1.2 s | 7 of 50, the last one after 2.0 s | failed | failed |',
  )
  expect(second).toContain(
    '| not possible: it waits for a majority | 1.2 s | 0 of 50 | passed | passed |',
  )
})
