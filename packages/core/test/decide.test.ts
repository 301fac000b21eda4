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
  managed,
  read,
  root,
  rules,
  session,
  token,
} from './evidence.ts'

const alive = { active: true }
const at = ISSUED + 1000

test('a token of which nothing is known and nothing is needed is active', () => {
  expect(decide(managed(), evidence(), rules, at)).toEqual(alive)
})

test('the reasons come in their order: claims, revoked, corrupt, absent, consumed', () => {
  const ask = (expired: boolean, revoked: boolean, corrupt: boolean, absent: boolean) => {
    const cutoffs = {
      ...(corrupt && { issuer: 'corrupt' as const }),
      ...(revoked && { subject: read({ epoch: 'new', revoked: { at: 5 } }) }),
      ...(absent && { client: null }),
    }
    const found = evidence(cutoffs, { token: token('consumed') })
    const strict = { ...rules, missingMeansRefused: true }
    const decision = decide(managed(), found, strict, expired ? ISSUED + 60_000 : at)
    return decision.active ? 'active' : decision.reason
  }
  expect(ask(true, true, true, true)).toBe('expired')
  expect(ask(false, true, true, true)).toBe('revoked')
  expect(ask(false, false, true, true)).toBe('corrupt')
  expect(ask(false, false, false, true)).toBe('not-found')
  expect(ask(false, false, false, false)).toBe('consumed')
})

describe.each(cutoffScopes)('%s', (level) => {
  const born = {
    epochs: { [scopeLetter(level)]: 'old' },
    accessEpochs: { [scopeLetter(level)]: 'old' },
  }
  const revoked = { active: false, reason: 'revoked', decidedBy: level }

  test('an epoch kills by equality alone', () => {
    const by = (epoch: string) =>
      decide(managed({ issuedUnder: born }), evidence({ [level]: read({ epoch }) }), rules, at)
    expect(by('old')).toEqual(alive)
    expect(by('new')).toMatchObject(revoked)
    const unborn = decide(managed(), evidence({ [level]: read({ epoch: 'new' }) }), rules, at)
    expect(unborn).toMatchObject(revoked)
  })

  test('an access epoch kills access tokens alone', () => {
    const found = evidence({ [level]: read({ accessEpoch: 'new' }) })
    expect(decide(managed({ issuedUnder: born }), found, rules, at)).toMatchObject(revoked)
    expect(decide(managed({ issuedUnder: born, kind: 'refresh' }), found, rules, at)).toEqual(alive)
  })

  test('what is absent constrains nothing', () => {
    expect(
      decide(managed({ issuedUnder: born }), evidence({ [level]: read({}) }), rules, at),
    ).toEqual(alive)
    expect(decide(managed({ issuedUnder: born }), evidence({ [level]: null }), rules, at)).toEqual(
      alive,
    )
  })
})

describe('where absence refuses', () => {
  const strict = { ...rules, missingMeansRefused: true }
  const issuedUnder = { epochs: { u: 'e' }, accessEpochs: { u: 'a' } }
  const whole = { epoch: 'e', accessEpoch: 'a' }
  const decideNow = (subject: Cutoff | null, more: Partial<TokenFacts> = {}) =>
    decide(
      managed({ issuedUnder, ...more }),
      evidence({ subject: subject && read(subject) }, { root: null }),
      strict,
      at,
    )
  const absent = { active: false, reason: 'not-found', decidedBy: 'subject' }

  test('a cutoff with both epochs that a token was born under lets it live', () => {
    expect(decideNow(whole)).toEqual(alive)
  })

  test.each([
    ['gone', null],
    ['without its epoch', { accessEpoch: 'a' }],
    ['without its access epoch', { epoch: 'e' }],
  ])('a cutoff %s refuses', (_, cutoff) => {
    expect(decideNow(cutoff)).toEqual(absent)
    expect(decideNow(cutoff, { kind: 'refresh' })).toEqual(absent)
  })

  test('one that was laid down anew says absent, one that was raised says revoked', () => {
    const anew = { epoch: 'other', accessEpoch: 'other' }
    expect(decideNow(anew)).toEqual(absent)
    expect(decideNow({ ...anew, revoked: { at: 5 } })).toMatchObject({ reason: 'revoked' })
  })
})

test('a wide cutoff that spares the token does not mask a narrow one that kills it', () => {
  const info = { at: 5, reason: 'stolen' }
  const narrow = read({ epoch: 'new', revoked: info })
  const found = evidence({ global: read({ epoch: 'g' }), subject: narrow })
  const decision = decide(
    managed({ issuedUnder: { epochs: { g: 'g' }, accessEpochs: {} } }),
    found,
    rules,
    at,
  )
  expect(decision).toEqual({ active: false, reason: 'revoked', decidedBy: 'subject', info })
})

test('notBefore kills logins up to and at its instant, whoever issued', () => {
  for (const make of [managed, external]) {
    const by = (notBefore: number) =>
      decide(make(), evidence({ subject: read({ notBefore }) }), rules, at).active
    expect(by(ISSUED - 1)).toBe(true)
    expect(by(ISSUED)).toBe(false)
  }
})

test('externalBefore kills external tokens up to its instant and the skew, never managed ones', () => {
  const by = (externalBefore: number, make = external) =>
    decide(make(), evidence({ global: read({ externalBefore }) }), rules, at).active
  expect(by(ISSUED - rules.skew)).toBe(false)
  expect(by(ISSUED - rules.skew - 1)).toBe(true)
  expect(by(ISSUED + 1_000_000, managed)).toBe(true)
})

test('leeway moves the end of a token and the beginning of nbf, to the millisecond', () => {
  const wide = { ...rules, leeway: 3000 }
  const end = ISSUED + 60_000
  expect(decide(managed(), evidence(), rules, end - 1)).toEqual(alive)
  expect(decide(managed(), evidence(), rules, end)).toMatchObject({ reason: 'expired' })
  expect(decide(managed(), evidence(), wide, end + 2999)).toEqual(alive)
  expect(decide(managed(), evidence(), wide, end + 3000)).toMatchObject({ reason: 'expired' })
  const later = managed({ validFrom: at + 3000 })
  expect(decide(later, evidence(), wide, at)).toEqual(alive)
  expect(decide(later, evidence(), wide, at - 1)).toMatchObject({ reason: 'invalid-claims' })
})

test('leeway never weakens a revocation', () => {
  const wide = { ...rules, leeway: 60_000 }
  const found = evidence({ subject: read({ notBefore: ISSUED }) })
  expect(decide(managed(), found, wide, at)).toMatchObject({ reason: 'revoked' })
})

test('an external token from the future is refused, a managed one is not', () => {
  const now = ISSUED - rules.skew
  expect(decide(external(), evidence(), rules, now)).toEqual(alive)
  expect(decide(external(), evidence(), rules, now - 1)).toMatchObject({ reason: 'invalid-claims' })
  expect(decide(managed(), evidence(), rules, now - 1)).toEqual(alive)
})

test('a longer lifetime holds only for tokens issued a margin after it was allowed', () => {
  const maxLifetimes = [
    { since: 0, ms: 59_999 },
    { since: ISSUED - CLOCK_MARGIN_MS, ms: 60_000 },
  ]
  const found = evidence({}, { root: { ...root, maxLifetimes } })
  expect(decide(managed(), found, rules, at)).toEqual(alive)
  const before = managed({ issuedAt: ISSUED - 1, expiresAt: ISSUED + 59_999 })
  expect(decide(before, found, rules, at)).toMatchObject({ reason: 'invalid-claims' })
})

test("an issuer's own longest lifetime binds too", () => {
  expect(decide(external({ maxLifetime: 60_000 }), evidence(), rules, at)).toEqual(alive)
  const decision = decide(external({ maxLifetime: 59_999 }), evidence(), rules, at)
  expect(decision).toMatchObject({ reason: 'invalid-claims' })
})

test('a token that needs its record is absent without it', () => {
  const needy = managed({ requiredRecord: 'token' })
  expect(decide(needy, evidence(), rules, at)).toMatchObject({
    reason: 'not-found',
    decidedBy: 'token',
  })
  expect(decide(needy, evidence({}, { token: token('active') }), rules, at)).toEqual(alive)
})

test('a refresh token: the current generation lives, older is consumed, newer is absent', () => {
  const found = evidence({}, { session: read(session(2)) })
  const by = (generation: number) =>
    decide(managed({ kind: 'refresh', requiredRecord: 'session', generation }), found, rules, at)
  expect(by(1)).toMatchObject({ reason: 'consumed', decidedBy: 'session' })
  expect(by(2)).toEqual(alive)
  expect(by(3)).toMatchObject({ reason: 'not-found', decidedBy: 'session' })
})

describe('judgeReplay', () => {
  const rotation = (generation: number) => ({ generation, at, expiresAt: at + 1, id: 'r' })
  const decideNow = (now: number) =>
    judgeReusedGeneration(1, session(2, [rotation(1)]), rules, now).is

  test('retry within grace, refused within the skew after it, then reuse', () => {
    expect(decideNow(at + rules.grace - 1)).toBe('retry')
    expect(decideNow(at + rules.grace)).toBe('refused')
    expect(decideNow(at + rules.grace + rules.skew - 1)).toBe('refused')
    expect(decideNow(at + rules.grace + rules.skew)).toBe('reuse')
  })

  test('a generation whose successor was rotated too gets nothing, and is no reuse', () => {
    const found = session(3, [rotation(1), rotation(2)])
    expect(judgeReusedGeneration(1, found, rules, at).is).toBe('refused')
    expect(judgeReusedGeneration(2, found, rules, at).is).toBe('retry')
    expect(judgeReusedGeneration(1, found, rules, at + rules.grace + rules.skew).is).toBe('reuse')
  })

  test('a settled generation is reuse, one that was crowded out only later', () => {
    expect(judgeReusedGeneration(1, session(2, [], { settled: 1 }), rules, at).is).toBe('reuse')
    const recent = Array.from({ length: MAX_ROTATIONS }, (_, i) => rotation(i + 5))
    const full = session(13, recent, { wayPoint: { generation: 2, at } })
    const over = at + rules.grace + rules.skew
    expect(judgeReusedGeneration(1, full, rules, over - 1).is).toBe('refused')
    expect(judgeReusedGeneration(1, full, rules, over).is).toBe('reuse')
    expect(judgeReusedGeneration(4, full, rules, over - 1).is).toBe('refused')
  })
})
