import { expect, test } from 'vitest'
import type { Report } from '../../src/suite/report.ts'
import { NOT_SELECTED, summaryOf } from '../../src/suite/summary.ts'

const notRun = { level: 'adapter', status: 'not-run', ms: 0 } as const
const passed = { level: 'engine', status: 'passed', ms: 1_400 } as const

const report: Report = {
  name: 'etcd',
  adapter: 'etcd',
  server: { name: 'etcd', version: '3.6', standIn: false },
  full: false,
  seed: 7,
  cases: [
    { name: 'one', ...passed },
    { name: 'two', ...passed, notes: ['claimed and not tried: roles (none)', '8 rounds'] },
    { name: 'three', ...passed, status: 'failed', reason: 'as it should' },
    { name: 'four', ...notRun, reason: 'no wings' },
    { name: 'five', ...notRun, reason: 'no legs' },
    { name: 'six', ...notRun, reason: 'no wings' },
    ...Array.from({ length: 25 }, (_, i) => ({
      name: `more-${i}`,
      ...notRun,
      reason: NOT_SELECTED,
    })),
  ],
}

test('a summary has each reason once, with its cases, and what is claimed and not tried', () => {
  expect(summaryOf(report, 'reports/etcd.json').split('\n')).toEqual([
    'conformance etcd on etcd 3.6: 2 passed, 1 failed, 28 not run, in 4 s',
    '  not run, no wings: four, six',
    '  not run, no legs: five',
    '  not run, the runner did not run it: 25 cases',
    '  claimed and not tried: roles (none)',
    '  report: reports/etcd.json',
    '',
  ])
})

test('a reason of several lines is cut after the first', () => {
  const cases = [{ name: 'one', ...notRun, reason: 'no server\ncaused by: no port' }]
  expect(summaryOf({ ...report, cases }, '')).toContain('  not run, no server: one\n')
})
