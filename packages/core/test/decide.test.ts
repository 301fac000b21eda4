import { describe, expect, test } from 'vitest'
import { CLOCK_MARGIN_MS, decide } from '../src/decision/decide.ts'
import { judgeReusedGeneration, MAX_ROTATIONS } from '../src/decision/rotation-window.ts'
import type { TokenFacts } from '../src/decision/types.ts'
import type { Cutoff } from '../src/records/cutoff.ts'
import { cutoffScopes, scopeLetter } from '../src/scopes/scopes.ts'
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

const active = { active: true }
const at = ISSUED + 1000

test('a token without records is active if it requires none', () => {
  expect(decide(managed(), evidence(), rules, at)).toEqual(active)
})

test('reasons have an order: claims, revoked, corrupt, not found, consumed', () => {
  const reasonFor = (expired: boolean, revoked: boolean, corrupt: boolean, missing: boolean) => {
    const cutoffs = {
      ...(corrupt && { issuer: 'corrupt' as const }),
      ...(revoked && { subject: loaded({ epoch: 'new', revoked: { at: 5 } }) }),
      ...(missing && { client: null }),
    }
    const found = evidence(cutoffs, { token: token('consumed') })
    const strict = { ...rules, missingMeansRefused: true }
    const decision = decide(managed(), found, strict, expired ? ISSUED + 60_000 : at)
    return decision.active ? 'active' : decision.reason
  }
  expect(reasonFor(true, true, true, true)).toBe('expired')
  expect(reasonFor(false, true, true, true)).toBe('revoked')
  expect(reasonFor(false, false, true, true)).toBe('corrupt')
  expect(reasonFor(false, false, false, true)).toBe('not-found')
  expect(reasonFor(false, false, false, false)).toBe('consumed')
})

describe.each(cutoffScopes)('the cutoff of %s', (scope) => {
  const issuedUnder = {
    epochs: { [scopeLetter(scope)]: 'old' },
    accessEpochs: { [scopeLetter(scope)]: 'old' },
  }
  const revoked = { active: false, reason: 'revoked', decidedBy: scope }

  test('revokes by an epoch that is not equal', () => {
    const by = (epoch: string) =>
      decide(managed({ issuedUnder }), evidence({ [scope]: loaded({ epoch }) }), rules, at)
    expect(by('old')).toEqual(active)
    expect(by('new')).toMatchObject(revoked)
    const withoutEpoch = decide(
      managed(),
      evidence({ [scope]: loaded({ epoch: 'new' }) }),
      rules,
      at,
    )
    expect(withoutEpoch).toMatchObject(revoked)
  })

  test('revokes only access tokens by an access epoch', () => {
    const found = evidence({ [scope]: loaded({ accessEpoch: 'new' }) })
    expect(decide(managed({ issuedUnder }), found, rules, at)).toMatchObject(revoked)
    expect(decide(managed({ issuedUnder, kind: 'refresh' }), found, rules, at)).toEqual(active)
  })

  test('revokes nothing if it, or its epochs, are missing', () => {
    expect(decide(managed({ issuedUnder }), evidence({ [scope]: loaded({}) }), rules, at)).toEqual(
      active,
    )
    expect(decide(managed({ issuedUnder }), evidence({ [scope]: null }), rules, at)).toEqual(active)
  })
})

describe('on an evicting store', () => {
  const strict = { ...rules, missingMeansRefused: true }
  const issuedUnder = { epochs: { u: 'e' }, accessEpochs: { u: 'a' } }
  const stored = { epoch: 'e', accessEpoch: 'a' }
  const decideNow = (subject: Cutoff | null, more: Partial<TokenFacts> = {}) =>
    decide(
      managed({ issuedUnder, ...more }),
      evidence({ subject: subject && loaded(subject) }, { root: null }),
      strict,
      at,
    )
  const notFound = { active: false, reason: 'not-found', decidedBy: 'subject' }

  test('a cutoff with both epochs of the token accepts it', () => {
    expect(decideNow(stored)).toEqual(active)
  })

  test.each([
    ['that is missing', null],
    ['without its epoch', { accessEpoch: 'a' }],
    ['without its access epoch', { epoch: 'e' }],
  ])('a cutoff %s refuses', (_, cutoff) => {
    expect(decideNow(cutoff)).toEqual(notFound)
    expect(decideNow(cutoff, { kind: 'refresh' })).toEqual(notFound)
  })

  test('a cutoff with new epochs means not found, or revoked if it has a revocation', () => {
    const recreated = { epoch: 'other', accessEpoch: 'other' }
    expect(decideNow(recreated)).toEqual(notFound)
    expect(decideNow({ ...recreated, revoked: { at: 5 } })).toMatchObject({ reason: 'revoked' })
  })
})

test('a wide cutoff that accepts a token does not hide a narrow one that revokes it', () => {
  const info = { at: 5, reason: 'stolen' }
  const narrow = loaded({ epoch: 'new', revoked: info })
  const found = evidence({ global: loaded({ epoch: 'g' }), subject: narrow })
  const decision = decide(
    managed({ issuedUnder: { epochs: { g: 'g' }, accessEpochs: {} } }),
    found,
    rules,
    at,
  )
  expect(decision).toEqual({ active: false, reason: 'revoked', decidedBy: 'subject', info })
})

test('notBefore revokes logins up to and including its time, of all issuers', () => {
  for (const make of [managed, external]) {
    const by = (notBefore: number) =>
      decide(make(), evidence({ subject: loaded({ notBefore }) }), rules, at).active
    expect(by(ISSUED - 1)).toBe(true)
    expect(by(ISSUED)).toBe(false)
  }
})

test('externalBefore revokes external tokens up to its time and the skew, and no managed ones', () => {
  const by = (externalBefore: number, make = external) =>
    decide(make(), evidence({ global: loaded({ externalBefore }) }), rules, at).active
  expect(by(ISSUED - rules.skew)).toBe(false)
  expect(by(ISSUED - rules.skew - 1)).toBe(true)
  expect(by(ISSUED + 1_000_000, managed)).toBe(true)
})

test('leeway extends exp and nbf to the millisecond', () => {
  const wide = { ...rules, leeway: 3000 }
  const end = ISSUED + 60_000
  expect(decide(managed(), evidence(), rules, end - 1)).toEqual(active)
  expect(decide(managed(), evidence(), rules, end)).toMatchObject({ reason: 'expired' })
  expect(decide(managed(), evidence(), wide, end + 2999)).toEqual(active)
  expect(decide(managed(), evidence(), wide, end + 3000)).toMatchObject({ reason: 'expired' })
  const later = managed({ validFrom: at + 3000 })
  expect(decide(later, evidence(), wide, at)).toEqual(active)
  expect(decide(later, evidence(), wide, at - 1)).toMatchObject({ reason: 'invalid-claims' })
})

test('leeway does not delay a revocation', () => {
  const wide = { ...rules, leeway: 60_000 }
  const found = evidence({ subject: loaded({ notBefore: ISSUED }) })
  expect(decide(managed(), found, wide, at)).toMatchObject({ reason: 'revoked' })
})

test('an external token from the future is refused, a managed one is not', () => {
  const now = ISSUED - rules.skew
  expect(decide(external(), evidence(), rules, now)).toEqual(active)
  expect(decide(external(), evidence(), rules, now - 1)).toMatchObject({ reason: 'invalid-claims' })
  expect(decide(managed(), evidence(), rules, now - 1)).toEqual(active)
})

test('a longer lifetime is accepted for tokens issued a margin after it was allowed', () => {
  const maxLifetimes = [
    { since: 0, ms: 59_999 },
    { since: ISSUED - CLOCK_MARGIN_MS, ms: 60_000 },
  ]
  const found = evidence({}, { root: { ...root, maxLifetimes } })
  expect(decide(managed(), found, rules, at)).toEqual(active)
  const before = managed({ issuedAt: ISSUED - 1, expiresAt: ISSUED + 59_999 })
  expect(decide(before, found, rules, at)).toMatchObject({ reason: 'invalid-claims' })
})

test('the longest lifetime of the issuer is checked too', () => {
  expect(decide(external({ maxLifetime: 60_000 }), evidence(), rules, at)).toEqual(active)
  const decision = decide(external({ maxLifetime: 59_999 }), evidence(), rules, at)
  expect(decision).toMatchObject({ reason: 'invalid-claims' })
})

test('a token without its required record is not found', () => {
  const requiring = managed({ requiredRecord: 'token' })
  expect(decide(requiring, evidence(), rules, at)).toMatchObject({
    reason: 'not-found',
    decidedBy: 'token',
  })
  expect(decide(requiring, evidence({}, { token: token('active') }), rules, at)).toEqual(active)
})

test('a refresh token of the current generation is active, an older one consumed, a newer one not found', () => {
  const found = evidence({}, { session: loaded(session(2)) })
  const by = (generation: number) =>
    decide(managed({ kind: 'refresh', requiredRecord: 'session', generation }), found, rules, at)
  expect(by(1)).toMatchObject({ reason: 'consumed', decidedBy: 'session' })
  expect(by(2)).toEqual(active)
  expect(by(3)).toMatchObject({ reason: 'not-found', decidedBy: 'session' })
})

describe('judgeReusedGeneration()', () => {
  const rotation = (generation: number) => ({ generation, at, expiresAt: at + 1, id: 'r' })
  const decideNow = (now: number) =>
    judgeReusedGeneration(1, session(2, [rotation(1)]), rules, now).type

  test('is a retry within grace, refused within the skew after it, then reuse', () => {
    expect(decideNow(at + rules.grace - 1)).toBe('retry')
    expect(decideNow(at + rules.grace)).toBe('refused')
    expect(decideNow(at + rules.grace + rules.skew - 1)).toBe('refused')
    expect(decideNow(at + rules.grace + rules.skew)).toBe('reuse')
  })

  test('refuses a generation whose successor was rotated too', () => {
    const found = session(3, [rotation(1), rotation(2)])
    expect(judgeReusedGeneration(1, found, rules, at).type).toBe('refused')
    expect(judgeReusedGeneration(2, found, rules, at).type).toBe('retry')
    expect(judgeReusedGeneration(1, found, rules, at + rules.grace + rules.skew).type).toBe('reuse')
  })

  test('finds reuse of a settled generation, and later of one that is not stored any more', () => {
    expect(judgeReusedGeneration(1, session(2, [], { settled: 1 }), rules, at).type).toBe('reuse')
    const recent = Array.from({ length: MAX_ROTATIONS }, (_, i) => rotation(i + 5))
    const full = session(13, recent, { wayPoint: { generation: 2, at } })
    const over = at + rules.grace + rules.skew
    expect(judgeReusedGeneration(1, full, rules, over - 1).type).toBe('refused')
    expect(judgeReusedGeneration(1, full, rules, over).type).toBe('reuse')
    expect(judgeReusedGeneration(4, full, rules, over - 1).type).toBe('refused')
  })
})
