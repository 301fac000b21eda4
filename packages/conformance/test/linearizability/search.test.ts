import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkHistory } from '../../src/linearizability/check.ts'
import type { Etag, Operation } from '../../src/linearizability/operation.ts'
import { findViolation } from '../../src/linearizability/search.ts'
import { explainViolation } from '../../src/linearizability/violations.ts'
import { bad } from './bad-histories.ts'
import { hasOrder } from './brute-force.ts'
import { good } from './good-histories.ts'

const written = fc.constantFrom('a', 'b', 'c', 'd')
const etag: fc.Arbitrary<Etag> = fc.oneof(fc.constant(null), written)
const outcome = fc.constantFrom('ok', 'ok', 'fail', 'indeterminate')
const span = { process: fc.constant('c'), key: fc.constant('k'), invoke: fc.nat(12) }

/** Any operations; hardly one history in three is linearizable. */
function operation(expectedOf: (etag: string) => fc.Arbitrary<Etag>): fc.Arbitrary<Operation> {
  const read = fc
    .record({ ...span, etag, length: fc.nat(5) })
    .map(({ length, ...seen }): Operation => {
      const end = seen.invoke + length
      return { ...seen, op: 'read', expected: null, return: end, outcome: 'ok' }
    })
  const write = written.chain((stored) =>
    fc
      .record({ ...span, expected: expectedOf(stored), outcome, length: fc.nat(5) })
      .map(({ length, ...sent }): Operation => {
        const end = sent.outcome === 'indeterminate' ? null : sent.invoke + length
        return { ...sent, op: 'write', etag: stored, return: end }
      }),
  )
  return fc.oneof(read, write, write)
}

/** Each etag follows one other, as core's do. */
const fromCore = operation((stored) =>
  fc.constant({ a: null, b: 'a', c: 'a', d: 'b' }[stored] ?? null),
)
/** An etag may come back. */
const fromAnybody = operation(() => etag)

const history = fc.oneof(
  fc.array(fromCore, { maxLength: 7 }),
  fc.array(fromAnybody, { maxLength: 6 }),
)

test('the search agrees with trying every order', () => {
  const seen = { good: 0, bad: 0 }
  const property = fc.property(history, (operations) => {
    const expected = hasOrder(operations, null)
    seen[expected ? 'good' : 'bad']++
    expect(findViolation({ initial: [null], operations }) === null).toBe(expected)
  })
  fc.assert(property, { numRuns: 10_000 })
  expect(Math.min(seen.good, seen.bad)).toBeGreaterThan(1_000)
})

test('trying every order agrees on the handmade histories', () => {
  const small = (operations: readonly Operation[]) =>
    operations.length < 8 && operations.every(({ key }) => key === 'k')
  for (const [name, operations] of Object.entries(good)) {
    if (small(operations)) expect(hasOrder(operations, null), name).toBe(true)
  }
  for (const [name, { operations }] of Object.entries(bad)) {
    if (small(operations)) expect(hasOrder(operations, null), name).toBe(false)
  }
})

test('a history with an explained violation is never linearizable, and most others are explained', () => {
  const seen = { explained: 0, other: 0 }
  const property = fc.property(fc.array(fromCore, { maxLength: 7 }), (operations) => {
    if (hasOrder(operations, null)) expect(explainViolation(operations, null)).toBeNull()
    else seen[explainViolation(operations, null) ? 'explained' : 'other']++
  })
  fc.assert(property, { numRuns: 10_000 })
  expect(seen.explained).toBeGreaterThan(50 * seen.other)
})

test('the same holds where etags come back or follow one of two', () => {
  const property = fc.property(fc.array(fromAnybody, { maxLength: 6 }), (operations) => {
    if (hasOrder(operations, null)) expect(explainViolation(operations, null)).toBeNull()
  })
  fc.assert(property, { numRuns: 5_000 })
})

test('the segment that is shown is a complete proof', () => {
  const property = fc.property(fc.array(fromCore, { maxLength: 7 }), (operations) => {
    const result = checkHistory(operations)
    if (result.linearizable) return
    expect(findViolation(result.segment), result.timeline).not.toBeNull()
    for (const shown of result.segment.operations) expect(operations).toContain(shown)
  })
  fc.assert(property, { numRuns: 4_000 })
})
