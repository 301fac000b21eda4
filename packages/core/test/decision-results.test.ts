import { describe, expect, test } from 'vitest'
import {
  allowedLifetime,
  CLOCK_MARGIN_MS,
  claimsAreStale,
  decide,
  hasBothEpochs,
} from '../src/decision/decide.ts'
import {
  active,
  eventFields,
  isInactive,
  outcomeOf,
  principalFields,
  refuse,
  revocationFields,
} from '../src/decision/outcome.ts'
import { judgeReusedGeneration } from '../src/decision/rotation-window.ts'
import { isTombstone, tokenFromRecord } from '../src/decision/token-from-record.ts'
import { encodeBody } from '../src/records/make-record.ts'
import {
  evidence,
  external,
  ISSUED,
  loaded,
  managed,
  root,
  rules,
  session,
  token,
} from './decision-inputs.ts'
import { recordOf } from './map-repository.ts'

const at = ISSUED + 1000

describe('a decision names the wrong claim', () => {
  const claimOf = (
    ...[facts, found = evidence(), now = at]: [
      Parameters<typeof decide>[0],
      Parameters<typeof decide>[1]?,
      number?,
    ]
  ) => decide(facts, found, rules, now)

  test('exp, if the token may not live that long, to the millisecond', () => {
    const decision = claimOf(managed({ maxLifetime: 59_999 }))
    expect(decision).toMatchObject({
      active: false,
      reason: 'invalid-claims',
      claim: 'exp',
      expected: 'at most 59999 ms after iat',
    })
    expect(claimOf(managed({ maxLifetime: 60_000 })).active).toBe(true)
    expect(claimOf(managed({ maxLifetime: 1, issuedAt: null })).active).toBe(true)
  })

  test('exp, if the store did not allow that', () => {
    const ofRoot = (ms: number) =>
      claimOf(managed(), evidence({}, { root: { ...root, maxLifetimes: [{ since: 0, ms }] } }))
    expect(ofRoot(59_999)).toMatchObject({ claim: 'exp' })
    expect(ofRoot(60_000).active).toBe(true)
    expect(claimOf(managed(), evidence({}, { root: null })).active).toBe(true)
  })

  test('nbf and iat, if they are in the future', () => {
    expect(claimOf(managed({ validFrom: at + 1 }))).toMatchObject({ claim: 'nbf' })
    expect(claimOf(managed({ validFrom: at })).active).toBe(true)
    const early = ISSUED - rules.skew - 1
    expect(claimOf(external(), evidence(), early)).toMatchObject({ claim: 'iat' })
    expect(claimOf(external({ issuedAt: null }), evidence(), early).active).toBe(true)
  })
})

test('the lifetime that is allowed is the latest that was allowed a margin before', () => {
  const later = { since: ISSUED, ms: 9 }
  const limits = { ...root, maxLifetimes: [{ since: ISSUED + 1, ms: 5 }, later] }
  expect(allowedLifetime(limits, ISSUED + CLOCK_MARGIN_MS)).toBe(9)
  expect(allowedLifetime(limits, ISSUED + CLOCK_MARGIN_MS - 1)).toBe(5)
  expect(allowedLifetime({ ...root, maxLifetimes: [] }, ISSUED)).toBe(0)
  expect(allowedLifetime(null, ISSUED)).toBe(Number.POSITIVE_INFINITY)
})

describe('a decision has the time and the note', () => {
  const info = { at: 5, reason: 'why' }
  const other = { at: 7, actor: 'who' }

  test('of a token that was revoked or consumed', () => {
    const of = (state: 'revoked' | 'consumed') =>
      decide(managed(), evidence({}, { token: token(state, { [state]: info }) }), rules, at)
    expect(of('revoked')).toEqual({ active: false, reason: 'revoked', decidedBy: 'token', info })
    expect(of('consumed')).toEqual({ active: false, reason: 'consumed', decidedBy: 'token', info })
    const bare = evidence({}, { token: token('revoked') })
    expect(decide(managed(), bare, rules, at)).toStrictEqual({
      active: false,
      reason: 'revoked',
      decidedBy: 'token',
    })
  })

  test('of the rotation of an older generation', () => {
    const rotation = { generation: 1, at: 3, expiresAt: 4, id: 'r' }
    const found = evidence(
      {},
      { session: loaded(session(3, [{ ...rotation, generation: 2 }, rotation])) },
    )
    const by = (generation: number) => decide(managed({ generation }), found, rules, at)
    expect(by(1)).toEqual({
      active: false,
      reason: 'consumed',
      decidedBy: 'session',
      info: rotation,
    })
    expect(by(3)).toEqual({ active: true })
  })

  test.each([
    [info, other, other],
    [other, info, other],
    [info, undefined, info],
    [undefined, info, info],
    [info, { ...other, at: info.at }, info],
  ])(
    'of the later revocation of a token of another issuer: %j, %j',
    (revoked, accessRevoked, expected) => {
      const cutoff = loaded({
        externalBefore: ISSUED,
        ...(revoked && { revoked }),
        ...(accessRevoked && { accessRevoked }),
      })
      const decision = decide(external(), evidence({ issuer: cutoff }), rules, at)
      expect(decision).toMatchObject({ reason: 'revoked', decidedBy: 'issuer', info: expected })
    },
  )

  test('of the revocation of access tokens, for an access token', () => {
    const cutoff = loaded({ accessEpoch: 'new', revoked: info, accessRevoked: other })
    const decision = decide(managed(), evidence({ subject: cutoff }), rules, at)
    expect(decision).toMatchObject({ reason: 'revoked', info: other })
  })

  test('of the revocation of the logins before a time, where the login counts', () => {
    const cutoff = (notBefore: number) =>
      evidence({ subject: loaded({ notBefore, revoked: info }) })
    const late = managed({ loginAt: ISSUED + 5 })
    expect(decide(late, cutoff(ISSUED + 5), rules, at)).toMatchObject({ reason: 'revoked', info })
    expect(decide(late, cutoff(ISSUED + 4), rules, at).active).toBe(true)
    const unknown = managed({ loginAt: null })
    expect(decide(unknown, cutoff(0), rules, at).active).toBe(false)
  })

  test('of none: a token without a time was issued before every revocation', () => {
    const cutoff = evidence({ issuer: loaded({ externalBefore: -rules.skew }) })
    expect(decide(external({ issuedAt: null }), cutoff, rules, at)).toEqual({
      active: false,
      reason: 'revoked',
      decidedBy: 'issuer',
    })
  })
})

describe('a corrupt record refuses', () => {
  test.each([
    ['token', { token: 'corrupt' as const }],
    ['session', { session: 'corrupt' as const }],
  ])('that of a %s', (decidedBy, more) => {
    expect(decide(managed(), evidence({}, more), rules, at)).toEqual({
      active: false,
      reason: 'corrupt',
      decidedBy,
    })
  })

  test('that of a scope', () => {
    expect(decide(managed(), evidence({ client: 'corrupt' }), rules, at)).toEqual({
      active: false,
      reason: 'corrupt',
      decidedBy: 'client',
    })
  })
})

test('a token without the record that it requires is not found', () => {
  expect(decide(managed({ requiredRecord: 'token' }), evidence(), rules, at)).toEqual({
    active: false,
    reason: 'not-found',
    decidedBy: 'token',
  })
})

test('a session decides only about a token with a generation', () => {
  const found = evidence({}, { session: loaded(session(2)) })
  expect(decide(managed(), found, rules, at).active).toBe(true)
  expect(decide(managed({ generation: 1 }), evidence(), rules, at).active).toBe(true)
})

test('a session is required only of a token with a generation', () => {
  const requiring = { requiredRecord: 'session' as const }
  expect(decide(managed(requiring), evidence(), rules, at).active).toBe(true)
  expect(decide(managed({ ...requiring, generation: 1 }), evidence(), rules, at)).toEqual({
    active: false,
    reason: 'not-found',
    decidedBy: 'session',
  })
})

test('claims are stale if one access epoch is another one', () => {
  const found = evidence({ subject: loaded({ accessEpoch: 'b' }), client: null, issuer: 'corrupt' })
  expect(claimsAreStale({ u: 'b' }, found)).toBe(false)
  expect(claimsAreStale({ u: 'a' }, found)).toBe(true)
  expect(claimsAreStale({}, found)).toBe(true)
  expect(claimsAreStale({}, evidence())).toBe(false)
})

test('a cutoff has both epochs, or not', () => {
  const has = [{ epoch: 'e' }, { accessEpoch: 'a' }, { epoch: 'e', accessEpoch: 'a' }]
  expect(has.map(hasBothEpochs)).toEqual([false, false, true])
})

describe('judgeReusedGeneration()', () => {
  const rotation = (generation: number, when = at) => {
    return { generation, at: when, expiresAt: when + 1, id: 'r' }
  }

  test('gives the rotation to a retry, also if the clock was set back by the skew', () => {
    const found = session(2, [rotation(1)])
    const by = (now: number) => judgeReusedGeneration(1, found, rules, now)
    expect(by(at)).toEqual({ type: 'retry', rotation: rotation(1) })
    expect(by(at - rules.skew)).toEqual({ type: 'retry', rotation: rotation(1) })
    expect(by(at - rules.skew - 1)).toEqual({ type: 'refused' })
  })

  test('refuses a generation that is not stored and may be recent', () => {
    const over = at + rules.grace + rules.skew
    const by = (generation: number, settled: number) =>
      judgeReusedGeneration(generation, session(9, [rotation(5)], { settled }), rules, at).type
    expect(by(3, 2)).toBe('refused')
    expect(by(3, 3)).toBe('reuse')
    expect(by(3, 4)).toBe('reuse')
    const pastBefore = session(9, [rotation(2)])
    expect(judgeReusedGeneration(3, pastBefore, rules, over).type).toBe('refused')
    const pastAfter = session(9, [rotation(4)])
    expect(judgeReusedGeneration(3, pastAfter, rules, over).type).toBe('reuse')
    const both = session(9, [rotation(4), rotation(5, at + 1)])
    expect(judgeReusedGeneration(3, both, rules, over).type).toBe('reuse')
    const way = { wayPoint: { generation: 3, at } }
    expect(judgeReusedGeneration(3, session(9, [], way), rules, over).type).toBe('reuse')
    expect(judgeReusedGeneration(3, session(9, [], way), rules, over - 1).type).toBe('refused')
  })
})

describe('a token from its record', () => {
  const keys = new Map()

  test('of a session: its current refresh token', () => {
    const rotations = [
      { generation: 1, at: ISSUED + 1, expiresAt: 4, id: 'r' },
      { generation: 2, at: ISSUED + 2, expiresAt: 4, id: 'r' },
      { generation: 3, at: ISSUED + 3, expiresAt: 4, id: 'r' },
    ]
    const body = session(4, rotations, { e: { u: 'e' }, a: { u: 'a' }, sealed: 's' })
    const record = recordOf(1, { kind: 'session', body: encodeBody(body) })
    expect(tokenFromRecord(record, keys)).toEqual({
      record,
      cutoffKeys: keys,
      tokenKey: null,
      sessionKey: record.key,
      generation: 4,
      sealed: 's',
      lastUsedAt: ISSUED + 3,
      facts: managed({
        kind: 'refresh',
        issuedUnder: { epochs: { u: 'e' }, accessEpochs: { u: 'a' } },
        issuedAt: null,
        expiresAt: body.refreshUntil,
        generation: 4,
        requiredRecord: 'session',
      }),
    })
    const unused = recordOf(1, { kind: 'session', body: encodeBody(session(1)) })
    expect(tokenFromRecord(unused, keys)).toMatchObject({ lastUsedAt: ISSUED })
  })

  test('of a token: its issue time counts as its login, if it has no other', () => {
    const of = (body: object) => {
      const described = tokenFromRecord(recordOf(1, { body: encodeBody(body) }), keys)
      return described === 'corrupt' ? described : { ...described, tomb: isTombstone(described) }
    }
    const record = recordOf(1, { body: encodeBody({ id: 'x', issuedAt: 5, sealed: 's' }) })
    expect(of({ id: 'x', issuedAt: 5, sealed: 's' })).toEqual({
      record,
      cutoffKeys: keys,
      tokenKey: record.key,
      sessionKey: null,
      sealed: 's',
      tomb: false,
      facts: external({
        issuedAt: 5,
        loginAt: 5,
        expiresAt: record.expiresAt,
        requiredRecord: 'token',
      }),
    })
    expect(of({ id: 'x', issuedAt: 5, loginAt: 3 })).toMatchObject({ facts: { loginAt: 3 } })
    const tombstone = { tomb: true, facts: { issuedAt: null, loginAt: null } }
    expect(of({ id: 'x' })).toMatchObject(tombstone)
    expect(of({})).toBe('corrupt')
  })

  test('that is corrupt is corrupt, and a session is no tombstone', () => {
    const damaged = recordOf(1, { kind: 'session', body: '{}' })
    expect(tokenFromRecord(damaged, keys)).toBe('corrupt')
    const record = recordOf(1, { kind: 'session', body: encodeBody(session(1)) })
    const described = tokenFromRecord(record, keys)
    expect(described !== 'corrupt' && isTombstone(described)).toBe(false)
  })
})

describe('a result', () => {
  const authenticated = {
    claims: { sub: 'ada', jti: 'j' },
    facts: managed(),
    tokenKey: 'k',
    principal: { subject: 'ada', client: undefined },
  } as never

  test('of an accepted token has its claims and its end', () => {
    expect(active(authenticated, true)).toStrictEqual({
      active: true,
      storeChecked: true,
      claims: { sub: 'ada', jti: 'j' },
      expiresAt: ISSUED + 60_000,
    })
    expect(active(authenticated, false).storeChecked).toBe(false)
  })

  test('is inactive only if its member is false', () => {
    const all = [{ active: false }, { active: true }, {}, { reason: 'revoked' }]
    expect(all.map((value) => isInactive(value))).toStrictEqual([true, false, false, false])
  })

  test('of a refusal has what is known, and no more', () => {
    expect(refuse('malformed')).toStrictEqual({ active: false, reason: 'malformed' })
    expect(refuse({ active: false, reason: 'revoked' })).toStrictEqual({
      active: false,
      reason: 'revoked',
    })
    const info = { at: 5, reason: 'why', actor: 'who', id: 'x', sealed: 's' }
    expect(refuse({ active: false, reason: 'revoked', decidedBy: 'global', info })).toStrictEqual({
      active: false,
      reason: 'revoked',
      decidedBy: 'global',
      at: 5,
      note: { reason: 'why', actor: 'who' },
    })
    const wrong = { claim: 'aud', expected: 'a name' }
    const refusal = { active: false, reason: 'invalid-claims' } as const
    expect(refuse({ ...refusal, ...wrong })).toStrictEqual({ ...refusal, ...wrong })
    expect(refuse({ ...refusal, claim: 'aud' })).toStrictEqual({ ...refusal, claim: 'aud' })
    expect(refuse({ ...refusal, expected: 'a name' })).toStrictEqual({
      ...refusal,
      expected: 'a name',
    })
  })

  test('has a note only if there is a reason or an actor', () => {
    expect(revocationFields(undefined)).toStrictEqual({})
    expect(revocationFields({ at: 5 })).toStrictEqual({ at: 5 })
    expect(revocationFields({ at: 5, reason: '' })).toStrictEqual({ at: 5, note: { reason: '' } })
    expect(revocationFields({ at: 5, actor: 'who' })).toStrictEqual({
      at: 5,
      note: { actor: 'who' },
    })
  })

  test('in an event names the token and the principal', () => {
    expect(eventFields(authenticated)).toStrictEqual({ record: 'k', subject: 'ada', jti: 'j' })
    const without = { claims: {}, tokenKey: 'k', principal: {} } as never
    expect(eventFields(without)).toStrictEqual({ record: 'k' })
    expect(principalFields({ client: 'web' })).toStrictEqual({ client: 'web' })
  })

  test('is ok, inactive with its reason, or an error', () => {
    expect(outcomeOf(null)).toStrictEqual({ outcome: 'error' })
    expect(outcomeOf({})).toStrictEqual({ outcome: 'ok' })
    expect(outcomeOf({ reason: 'expired' })).toStrictEqual({
      outcome: 'inactive',
      reason: 'expired',
    })
  })
})
