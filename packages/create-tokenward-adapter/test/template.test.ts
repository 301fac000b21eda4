import { resolve } from 'node:path'
import type { Report } from '@tokenward/conformance'
import { cases } from '@tokenward/conformance'
import { describe, expect, test } from 'vitest'
import { NewAdapter } from './support.ts'

/** For a whole suite, on a machine that may be busy. */
const SUITE_TIMEOUT_MS = 1_800_000
const solution = resolve(import.meta.dirname, 'solution/repository.ts')

function named(report: Report, status: Report['cases'][number]['status']): readonly string[] {
  return report.cases.filter((each) => each.status === status).map(({ name }) => name)
}

// Names of other lengths break other lines, so the formatter checks both.
describe.for(['kv', 'a-long-name-16ch'])('a new adapter %s', (name) => {
  test('is linted and formatted', async ({ signal }) => {
    expect(await new NewAdapter(name, signal).lint()).toBe('')
  })

  test('passes the type check', async ({ signal }) => {
    expect(await new NewAdapter(name, signal).typeCheck()).toBe('')
  })
})

test('every case fails without an implementation, and names what to write', {
  timeout: SUITE_TIMEOUT_MS,
}, async ({ signal }) => {
  const report = await new NewAdapter('kv', signal).conformance()
  const planned = cases.filter((entry) => 'notRun' in entry).map(({ name }) => name)
  expect(named(report, 'passed')).toEqual([])
  expect(named(report, 'not-run')).toEqual(planned)
  const reasons = report.cases.flatMap(({ status, reason }) => (status === 'failed' ? reason : []))
  expect([...new Set(reasons)]).toEqual([expect.stringContaining('open() is not written yet')])
})

test('every case passes with a map as the store', { timeout: SUITE_TIMEOUT_MS }, async ({
  signal,
}) => {
  const adapter = new NewAdapter('kv', signal)
  adapter.replace('src/repository.ts', solution)
  expect(await adapter.typeCheck()).toBe('')
  expect(await adapter.lint()).toBe('')
  const report = await adapter.conformance()
  expect(report.cases.filter(({ status }) => status === 'failed')).toEqual([])
  expect(named(report, 'passed').length).toBeGreaterThan(40)
})
