import { expect, test } from 'vitest'
import type { ConformanceCase, ConformanceRun } from '../src/conformance-report.ts'
import { faultsTable } from '../src/faults-table.ts'
import { slowestCases } from '../src/slowest-cases.ts'

function run(name: string, cases: readonly Partial<ConformanceCase>[]): ConformanceRun {
  const server = { name, version: '1', standIn: false }
  const defaults = { name: 'one', level: 'engine', status: 'passed', ms: 1 } as const
  return { name, adapter: name, server, cases: cases.map((each) => ({ ...defaults, ...each })) }
}

test('slowestCases() returns the ten slowest cases of all runs, slowest first', () => {
  const cases = Array.from({ length: 12 }, (_, n) => ({ name: `case ${n}`, ms: n * 1000 }))
  const lines = slowestCases([run('a', cases), run('b', [{ name: 'last', ms: 1500 }])]).split('\n')
  expect(lines).toHaveLength(11)
  expect(lines[1]).toBe('    11.0 s  a: case 11')
  expect(lines.join()).not.toContain('case 1,')
})

test('faultsTable() returns the slowest call of each fault by run', () => {
  const notes = (ms: number) => [
    `black-hole: slowest of 9 calls ${ms} ms (rotate), well 5 ms after`,
  ]
  const runs = [
    run('redis', [{ notes: notes(1012) }]),
    run('memory', [{}]),
    run('postgres 15', [
      { notes: notes(1003) },
      { notes: ['refuse: slowest of 9 calls 12 ms (revoke)', 'something else'] },
    ]),
  ]
  expect(faultsTable(runs).split('\n').slice(1)).toEqual([
    '              redis  postgres 15',
    '  black-hole   1012         1003',
    '  refuse                      12',
  ])
})
