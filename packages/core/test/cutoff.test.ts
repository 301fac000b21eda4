import { describe, expect, test } from 'vitest'
import { advanceCutoff, type CutoffChange } from '../src/transitions/cutoff.ts'

const change = (more: Partial<CutoffChange> = {}): CutoffChange => ({
  kind: 'now',
  id: 'mine',
  epoch: 'mine',
  invokedAt: 100,
  note: { reason: 'why' },
  keepsFirst: false,
  ...more,
})

test('now: sets a new epoch, the time for external tokens, and the revocation', () => {
  expect(advanceCutoff({}, {}, change(), 120)).toEqual({
    epoch: 'mine',
    externalBefore: 120,
    revoked: { at: 120, reason: 'why', id: 'mine' },
  })
})

test('access: sets a new access epoch, and keeps the epoch', () => {
  const next = advanceCutoff({ epoch: 'e' }, { epoch: 'e' }, change({ kind: 'access' }), 120)
  expect(next).toEqual({
    epoch: 'e',
    accessEpoch: 'mine',
    externalBefore: 120,
    accessRevoked: { at: 120, reason: 'why', id: 'mine' },
  })
})

describe('a concurrent revocation', () => {
  const theirs = { epoch: 'theirs', externalBefore: 100 }

  test('covers this one if it is not older than this call', () => {
    expect(advanceCutoff(theirs, {}, change(), 120)).toBeNull()
    expect(advanceCutoff(theirs, {}, change({ kind: 'access' }), 120)).toBeNull()
  })

  test('keeps its epoch, and its time is advanced if it is older than this call', () => {
    const early = { ...theirs, externalBefore: 99 }
    expect(advanceCutoff(early, {}, change(), 120)).toEqual({ ...early, externalBefore: 120 })
  })

  test('of access tokens does not cover one of everything', () => {
    const next = advanceCutoff({ accessEpoch: 'theirs', externalBefore: 100 }, {}, change(), 120)
    expect(next).toMatchObject({ epoch: 'mine', accessEpoch: 'theirs' })
  })
})

test('an epoch that was pruned meanwhile covers no revocation', () => {
  const seen = { epoch: 'old', accessEpoch: 'old', externalBefore: 50 }
  expect(advanceCutoff({}, seen, change(), 120)).toMatchObject({ epoch: 'mine' })
  const access = advanceCutoff({}, seen, change({ kind: 'access' }), 120)
  expect(access).toMatchObject({ accessEpoch: 'mine' })
})

test('an epoch that this call has read first covers no revocation', () => {
  const old = { epoch: 'old', externalBefore: 500 }
  const next = advanceCutoff(old, old, change(), 120)
  expect(next).toMatchObject({ epoch: 'mine', externalBefore: 500 })
})

test('times never decrease', () => {
  const before = (ms: number) => change({ kind: 'before', before: ms })
  expect(advanceCutoff({ notBefore: 50 }, {}, before(50), 120)).toBeNull()
  expect(advanceCutoff({ notBefore: 50 }, {}, before(49), 120)).toBeNull()
  expect(advanceCutoff({ notBefore: 50, epoch: 'e' }, {}, before(51), 120)).toEqual({
    notBefore: 51,
    epoch: 'e',
    revoked: { at: 120, reason: 'why', id: 'mine' },
  })
})

test('keepsFirst keeps the first revocation; otherwise the latest is stored', () => {
  const first = { revoked: { at: 1, reason: 'first' } }
  expect(advanceCutoff(first, first, change({ keepsFirst: true }), 120)).toMatchObject(first)
  expect(advanceCutoff(first, first, change(), 120)).toMatchObject({
    revoked: { at: 120, reason: 'why', id: 'mine' },
  })
})
