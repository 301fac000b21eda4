import { describe, expect, test } from 'vitest'
import { MAX_ROTATIONS } from '../src/decision/rotation-window.ts'
import { decodeRoot, FOREVER, FORMAT, type Root } from '../src/records/root.ts'
import { decodeSession } from '../src/records/session.ts'
import { decodeToken } from '../src/records/token.ts'
import { advanceCutoff, cutoffRecord, fillEpochs } from '../src/transitions/cutoff.ts'
import {
  changeLimits,
  corruptRoot,
  makeRoot,
  setSealingKeys,
  wasEvicting,
} from '../src/transitions/root.ts'
import { rotateSession, startSession } from '../src/transitions/session.ts'
import { consumeToken, insertToken, revokeToken } from '../src/transitions/token.ts'
import { ISSUED, loaded, root, rules, session, token } from './decision-inputs.ts'

function bodyOf(record: { readonly body: string } | null): unknown {
  return JSON.parse(record?.body ?? 'null')
}

describe('a new root record', () => {
  const owner = { key: 'k', pepperCheck: 'p', issuer: 'i' }

  test('has the format, the limits of its instance, and revokes what was issued before', () => {
    const record = makeRoot(owner, { maxLifetime: 5_000, lease: 0 }, ISSUED)
    expect(record).toMatchObject({
      key: 'k',
      kind: 'root',
      state: 'active',
      groups: [],
      createdAt: ISSUED,
      expiresAt: FOREVER,
      retainUntil: FOREVER,
    })
    expect(bodyOf(record)).toEqual({
      format: FORMAT,
      pepperCheck: 'p',
      issuer: 'i',
      maxLifetimes: [{ since: 0, ms: 5_000 }],
      epoch: expect.stringMatching(/^[\w-]{22}$/),
      accessEpoch: expect.stringMatching(/^[\w-]{22}$/),
      externalBefore: ISSUED,
      revoked: { at: ISSUED, reason: 'the root record was created' },
    })
  })

  test('has no issuer if its instance verifies only, and a lease only if there is one', () => {
    const of = (lease: number | null) =>
      bodyOf(makeRoot({ ...owner, issuer: undefined }, { maxLifetime: 1, lease }, ISSUED)) as Root
    expect(of(7)).toMatchObject({ leases: [{ since: 0, ms: 7 }] })
    expect(of(0)).not.toHaveProperty('leases')
    expect(of(null)).not.toHaveProperty('leases')
    expect(of(null)).not.toHaveProperty('issuer')
  })

  test('takes over the cutoff of a corrupt one', () => {
    const cutoff = { epoch: 'e', externalBefore: ISSUED + 9, revoked: { at: 1, actor: 'a' } }
    const record = makeRoot(owner, { maxLifetime: 1, lease: null }, ISSUED, cutoff)
    expect(bodyOf(record)).toMatchObject(cutoff)
  })
})

describe('the limits of a root record', () => {
  const at = ISSUED + 5
  const change = (maxLifetime: number, lease: number | null, leases?: Root['leases']) =>
    bodyOf(changeLimits(loaded({ ...root, ...(leases && { leases }) }), { maxLifetime, lease }, at))

  test('get a longer lifetime from now on, and keep a longer one than the new one', () => {
    const [first] = root.maxLifetimes
    expect(change(3_600_001, null)).toMatchObject({
      maxLifetimes: [first, { since: at, ms: 3_600_001 }],
    })
    expect(change(3_600_000, null)).toMatchObject({ maxLifetimes: [first] })
    expect(change(1, null)).toMatchObject({ maxLifetimes: [first] })
  })

  test('get another lease, and none if the instance has no opinion or the same one', () => {
    const leases = [{ since: 0, ms: 30 }]
    expect(change(1, 20, leases)).toMatchObject({ leases: [...leases, { since: at, ms: 20 }] })
    expect(change(1, 30, leases)).toMatchObject({ leases })
    expect(change(1, null, leases)).toMatchObject({ leases })
    expect(change(1, 0)).not.toHaveProperty('leases')
  })

  test('tell whether the store evicts: the longest lifetime is forever then', () => {
    const maxLifetimes = (ms: number) => [
      { since: 0, ms: 1 },
      { since: 1, ms },
    ]
    const lasting = (ms: number) => wasEvicting({ ...root, maxLifetimes: maxLifetimes(ms) })
    expect(lasting(FOREVER)).toBe(true)
    expect(lasting(FOREVER - 1)).toBe(false)
  })

  test('stay when the sealing keys are noted', () => {
    const sealingKeys = [{ id: 'k', since: 1 }]
    const record = setSealingKeys(loaded(root), sealingKeys)
    expect(bodyOf(record)).toEqual({ ...root, sealingKeys })
  })
})

describe('the record of a cutoff', () => {
  test('is new, or the next version with the longer retention', () => {
    const made = cutoffRecord('k', null, { epoch: 'e' }, ISSUED, ISSUED + 9)
    expect(made).toMatchObject({
      key: 'k',
      kind: 'cutoff',
      state: 'active',
      groups: [],
      createdAt: ISSUED,
      expiresAt: ISSUED + 9,
      retainUntil: ISSUED + 9,
      body: '{"epoch":"e"}',
    })
    const next = (retainUntil: number) =>
      cutoffRecord('k', { record: made, body: {} }, { epoch: 'f' }, ISSUED + 5, retainUntil)
    expect(next(ISSUED + 10)).toMatchObject({ retainUntil: ISSUED + 10, body: '{"epoch":"f"}' })
    expect(next(ISSUED + 8)).toMatchObject({ retainUntil: ISSUED + 9, createdAt: ISSUED })
    expect(next(ISSUED + 8).etag).not.toBe(made.etag)
  })

  const change = { id: 'mine', epoch: 'mine', note: {}, keepsFirst: false }

  test('has the earliest times too, where it had none', () => {
    const before = { ...change, kind: 'before', invokedAt: 0, before: 0 } as const
    expect(advanceCutoff({}, {}, before, 0)).toMatchObject({ notBefore: 0 })
    const now = { ...change, kind: 'now', invokedAt: 0 } as const
    expect(advanceCutoff({}, {}, now, 0)).toMatchObject({ externalBefore: 0 })
  })

  test('gets an access epoch although its time for external tokens is later', () => {
    const later = { externalBefore: ISSUED + 9 }
    const access = { ...change, kind: 'access', invokedAt: ISSUED } as const
    expect(advanceCutoff(later, later, access, ISSUED)).toEqual({
      ...later,
      accessEpoch: 'mine',
      accessRevoked: { at: ISSUED, id: 'mine' },
    })
  })

  test('gets only the epochs that are missing', () => {
    const id = expect.stringMatching(/^[\w-]{22}$/)
    expect(fillEpochs({ notBefore: 1 })).toEqual({ epoch: id, accessEpoch: id, notBefore: 1 })
    expect(fillEpochs({ epoch: 'e' })).toEqual({ epoch: 'e', accessEpoch: id })
  })
})

describe('the record of a session', () => {
  test('begins with generation 1, without rotations', () => {
    const record = startSession(
      {
        key: 'k',
        groups: ['g'],
        endsAt: ISSUED + 9,
        retainUntil: ISSUED + 99,
        loginAt: ISSUED,
        issuedUnder: { epochs: { u: 'e' }, accessEpochs: { u: 'a' } },
        refreshUntil: ISSUED + 5,
        sealed: 's',
      },
      'mine',
    )
    expect(record).toMatchObject({
      key: 'k',
      kind: 'session',
      state: 'active',
      groups: ['g'],
      createdAt: ISSUED,
      expiresAt: ISSUED + 9,
      retainUntil: ISSUED + 99,
    })
    expect(bodyOf(record)).toEqual({
      id: 'mine',
      generation: 1,
      loginAt: ISSUED,
      e: { u: 'e' },
      a: { u: 'a' },
      refreshUntil: ISSUED + 5,
      rotations: [],
      settled: 0,
      sealed: 's',
    })
    expect(decodeSession(record)).toMatchObject({ record })
  })

  const window = rules.grace + rules.skew
  const rotation = (generation: number, at: number) => ({
    generation,
    at,
    expiresAt: at + 1_000,
    id: `r${generation}`,
  })
  const rotated = (found: ReturnType<typeof session>, generation: number, at: number) =>
    bodyOf(rotateSession(loaded(found), rotation(generation, at), rules))

  test('after a rotation has the next generation, the new end and the rotation', () => {
    expect(rotated(session(1, [], { sealed: 's' }), 1, ISSUED)).toEqual({
      ...session(2, [rotation(1, ISSUED)], { sealed: 's' }),
      refreshUntil: ISSUED + 1_000,
    })
  })

  test('settles what was rotated longer than grace and skew ago, to the millisecond', () => {
    const found = session(3, [rotation(1, ISSUED), rotation(2, ISSUED + 1)])
    expect(rotated(found, 3, ISSUED + window)).toMatchObject({
      settled: 1,
      rotations: [rotation(2, ISSUED + 1), rotation(3, ISSUED + window)],
    })
    expect(rotated(found, 3, ISSUED + window - 1)).toMatchObject({
      settled: 0,
      rotations: [rotation(1, ISSUED), rotation(2, ISSUED + 1), rotation(3, ISSUED + window - 1)],
    })
  })

  test('is never less settled than before', () => {
    const found = session(3, [rotation(1, ISSUED)], { settled: 2 })
    expect(rotated(found, 3, ISSUED + window)).toMatchObject({ settled: 2 })
  })

  const many = (count: number) =>
    Array.from({ length: count }, (_, i) => rotation(i + 1, ISSUED + i))

  test('holds eight rotations; the one that does not fit becomes the way point', () => {
    const seven = rotated(session(8, many(MAX_ROTATIONS - 1)), 8, ISSUED + 10)
    expect(seven).toMatchObject({ rotations: { length: MAX_ROTATIONS } })
    expect(seven).not.toHaveProperty('wayPoint')
    expect(rotated(session(9, many(MAX_ROTATIONS)), 9, ISSUED + 10)).toMatchObject({
      rotations: [...many(MAX_ROTATIONS).slice(1), rotation(9, ISSUED + 10)],
      wayPoint: { generation: 1, at: ISSUED },
      settled: 0,
    })
  })

  test('keeps its way point while that is recent, then settles it and takes the next', () => {
    const wayPoint = { generation: 1, at: ISSUED }
    const recent = many(MAX_ROTATIONS).map((each) => ({
      ...each,
      generation: each.generation + 1,
      at: each.at + 50,
    }))
    const found = session(10, recent, { wayPoint })
    const early = rotated(found, 10, ISSUED + window - 1)
    expect(early).toMatchObject({ wayPoint, settled: 0 })
    expect(rotated(found, 10, ISSUED + window)).toMatchObject({
      wayPoint: { generation: 2, at: ISSUED + 50 },
      settled: 1,
    })
    const single = session(3, [rotation(2, ISSUED + 50)], { wayPoint })
    expect(rotated(single, 3, ISSUED + window)).not.toHaveProperty('wayPoint')
  })
})

describe('the record of a token', () => {
  const times = { createdAt: ISSUED, expiresAt: ISSUED + 5, retainUntil: ISSUED + 9 }
  const fields = { key: 'k', groups: ['g'], ...times, body: { issuedAt: ISSUED } }
  const stored = { key: 'k', kind: 'token', groups: ['g'], ...times }
  const info = { id: 'mine', at: ISSUED + 1 }

  test('is active when the token is stored', () => {
    const record = insertToken(fields, 'mine')
    expect(record).toMatchObject({ ...stored, state: 'active' })
    expect(bodyOf(record)).toEqual({ id: 'mine', issuedAt: ISSUED })
    expect(decodeToken(record)).toMatchObject({ record })
  })

  test('is consumed, with or without an earlier record', () => {
    const made = consumeToken(null, fields, info)
    expect(made).toMatchObject({ ...stored, state: 'consumed' })
    expect(bodyOf(made)).toEqual({ id: 'mine', issuedAt: ISSUED, consumed: info })
    const next = consumeToken(token('active', { loginAt: 7 }), fields, info)
    expect(next.state).toBe('consumed')
    expect(bodyOf(next)).toEqual({ id: 'x', loginAt: 7, consumed: info })
  })

  test('is revoked once, with or without an earlier record, and retained for longer', () => {
    const made = revokeToken(null, fields, info)
    expect(made).toMatchObject({ ...stored, state: 'revoked' })
    expect(bodyOf(made)).toEqual({ id: 'mine', issuedAt: ISSUED, revoked: info })
    const found = token('consumed', { loginAt: 7 })
    const retainUntil = found.record.retainUntil + 1
    const next = revokeToken(found, { ...fields, retainUntil }, info)
    expect(next).toMatchObject({ state: 'revoked', retainUntil })
    expect(bodyOf(next)).toEqual({ id: 'x', loginAt: 7, revoked: info })
    expect(revokeToken(token('revoked'), fields, info)).toBeNull()
  })
})

test('a call that needs a root record fails as if the store were down, if it is corrupt', () => {
  expect(corruptRoot()).toMatchObject({ code: 'TOKENWARD_STORE_UNAVAILABLE', retryable: true })
})

test('a root record of this version is decoded', () => {
  const owner = { key: 'k', pepperCheck: 'p', issuer: undefined }
  const record = makeRoot(owner, { maxLifetime: 1, lease: null }, ISSUED)
  expect(decodeRoot(record)).toMatchObject({ record, body: { format: FORMAT } })
})
