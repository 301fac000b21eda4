import { describe, expect, test } from 'vitest'
import { advanceCutoff, type CutoffChange } from '../src/transitions/cutoff.ts'

const ask = (more: Partial<CutoffChange> = {}): CutoffChange => ({
  kind: 'now',
  id: 'mine',
  epoch: 'mine',
  invokedAt: 100,
  note: { reason: 'why' },
  keepsFirst: false,
  ...more,
})

test('now: a new epoch, the external instant and the stamp', () => {
  expect(advanceCutoff({}, {}, ask(), 120)).toEqual({
    epoch: 'mine',
    externalBefore: 120,
    revoked: { at: 120, reason: 'why', id: 'mine' },
  })
})

test('access: the access epoch alone', () => {
  const next = advanceCutoff({ epoch: 'e' }, { epoch: 'e' }, ask({ kind: 'access' }), 120)
  expect(next).toEqual({
    epoch: 'e',
    accessEpoch: 'mine',
    externalBefore: 120,
    accessRevoked: { at: 120, reason: 'why', id: 'mine' },
  })
})

describe('what others raised since', () => {
  const theirs = { epoch: 'theirs', externalBefore: 100 }

  test('covers this raise where it reaches the instant this call began', () => {
    expect(advanceCutoff(theirs, {}, ask(), 120)).toBeNull()
    expect(advanceCutoff(theirs, {}, ask({ kind: 'access' }), 120)).toBeNull()
  })

  test('leaves the epoch and lifts an instant that is too early', () => {
    const early = { ...theirs, externalBefore: 99 }
    expect(advanceCutoff(early, {}, ask(), 120)).toEqual({ ...early, externalBefore: 120 })
  })

  test('of access tokens alone does not cover now', () => {
    const next = advanceCutoff({ accessEpoch: 'theirs', externalBefore: 100 }, {}, ask(), 120)
    expect(next).toMatchObject({ epoch: 'mine', accessEpoch: 'theirs' })
  })
})

test('an epoch that was pruned since covers nothing: nobody raised anything', () => {
  const seen = { epoch: 'old', accessEpoch: 'old', externalBefore: 50 }
  expect(advanceCutoff({}, seen, ask(), 120)).toMatchObject({ epoch: 'mine' })
  const access = advanceCutoff({}, seen, ask({ kind: 'access' }), 120)
  expect(access).toMatchObject({ accessEpoch: 'mine' })
})

test('an epoch that was seen from the start covers nothing', () => {
  const old = { epoch: 'old', externalBefore: 500 }
  const next = advanceCutoff(old, old, ask(), 120)
  expect(next).toMatchObject({ epoch: 'mine', externalBefore: 500 })
})

test('instants only rise', () => {
  const before = (instant: number) => ask({ kind: 'before', before: instant })
  expect(advanceCutoff({ notBefore: 50 }, {}, before(50), 120)).toBeNull()
  expect(advanceCutoff({ notBefore: 50 }, {}, before(49), 120)).toBeNull()
  expect(advanceCutoff({ notBefore: 50, epoch: 'e' }, {}, before(51), 120)).toEqual({
    notBefore: 51,
    epoch: 'e',
    revoked: { at: 120, reason: 'why', id: 'mine' },
  })
})

test('the first stamp stays where it is kept, else the latest stands', () => {
  const first = { revoked: { at: 1, reason: 'first' } }
  expect(advanceCutoff(first, first, ask({ keepsFirst: true }), 120)).toMatchObject(first)
  expect(advanceCutoff(first, first, ask(), 120)).toMatchObject({
    revoked: { at: 120, reason: 'why', id: 'mine' },
  })
})
