import { expect, test } from 'vitest'
import { changedSince, endedBy, expectedResult } from '../../src/model/expected-result.ts'
import {
  createModel,
  type Login,
  type Revocation,
  type Rules,
  type Token,
} from '../../src/model/model.ts'
import { possibleOutcomes } from '../../src/model/rotation-outcome.ts'

const rules: Rules = {
  policy: 'allowlist',
  grace: 10_000,
  leeway: 1_000,
  skew: 5_000,
  access: 60_000,
  refresh: 600_000,
  session: 6_000_000,
  maxLifetime: 600_000,
  isSealed: false,
}
const T = 1_000_000_000_000
const principal = { issuer: 'i', subject: 'ada', client: 'web', session: 'f' }

const login: Login = {
  principal,
  order: 1,
  at: T,
  endsAt: T + rules.session,
  audience: 'i',
  scope: undefined,
  claims: 'none',
  lifetime: rules.access,
  generation: 1,
  rotatedAt: [],
  kept: { data: null },
}

const access: Token = {
  ...{
    label: 'a',
    text: '',
    kind: 'access',
    principal,
    origin: 'instance',
    audience: 'i',
    jti: 'a',
  },
  scope: 'read',
  role: undefined,
  obtained: 3,
  issuedAt: T + 500,
  expiresAt: T + 60_000,
  order: 3,
  login,
  generation: 0,
  state: { stored: true },
}
const refresh: Token = { ...access, kind: 'refresh', generation: 1 }
const external: Token = {
  ...access,
  origin: 'external',
  login: undefined,
  state: { stored: false },
}

function revoked(revocation: Partial<Revocation>) {
  const model = createModel(rules, T - 3_600_000)
  const of = { issuer: 'i', subject: 'ada' }
  model.revocations.push({ of, kind: 'now', at: T, order: 2, note: {}, ...revocation })
  return model
}
const scopes = (model: ReturnType<typeof revoked>, token: Token) =>
  endedBy(model, token).map(({ scope }) => scope)

test('a revocation affects earlier logins, wherever the clocks are', () => {
  expect(scopes(revoked({ order: 2, at: T - 60_000 }), access)).toEqual(['subject'])
  expect(scopes(revoked({ order: 1, at: T + 60_000 }), access)).toEqual([])
  expect(scopes(revoked({ of: { issuer: 'i', subject: 'bob' } }), access)).toEqual([])
  expect(scopes(revoked({ of: { issuer: 'j', subject: 'ada' } }), access)).toEqual([])
})

test('`only: access` revokes existing access tokens, and no sessions', () => {
  expect(scopes(revoked({ kind: 'access', order: 4 }), access)).toEqual(['subject'])
  expect(scopes(revoked({ kind: 'access', order: 2 }), access)).toEqual([])
  expect(scopes(revoked({ kind: 'access', order: 4 }), refresh)).toEqual([])
  expect(changedSince(revoked({ kind: 'access', order: 4 }), principal, 3)).toBe(true)
  expect(changedSince(revoked({ kind: 'access', order: 4 }), principal, 4)).toBe(false)
})

test('an instant is compared with the login’s, up to and including it', () => {
  expect(scopes(revoked({ kind: 'before', before: T }), access)).toEqual(['subject'])
  expect(scopes(revoked({ kind: 'before', before: T - 1 }), access)).toEqual([])
})

test('external tokens are compared by their issue time, with the skew', () => {
  expect(scopes(revoked({ at: T + 500 - rules.skew }), external)).toEqual(['subject'])
  expect(scopes(revoked({ at: T + 499 - rules.skew }), external)).toEqual([])
  expect(scopes(revoked({ kind: 'before', before: T + 499 }), external)).toEqual([])
})

test('expiry, then revocation, then record, then use', () => {
  const model = revoked({})
  const reasons = (token: Token, now: number, of = model) => {
    const result = expectedResult(of, token, now)
    return result.active ? ['active'] : result.reasons
  }
  expect(reasons(access, T + 60_999)).toEqual(['revoked'])
  expect(reasons(access, T + 61_000)).toEqual(['expired'])
  const plain: Token = { ...external, origin: 'plain' }
  const quiet = createModel(rules, T - 3_600_000)
  expect(reasons(plain, T + 1_000, quiet)).toEqual(['not-found'])
  expect(reasons({ ...plain, state: { stored: true } }, T + 1_000, quiet)).toEqual(['active'])
  expect(reasons({ ...plain, issuedAt: T + 6_001 }, T + 1_000, quiet)).toEqual(['invalid-claims'])
  const consumed = { stored: true, consumed: { at: T, key: undefined } }
  expect(reasons({ ...access, state: consumed }, T + 1_000, quiet)).toEqual(['consumed'])
  expect(expectedResult(quiet, access, T, { audience: 'other' }).active).toBe(false)
  expect(expectedResult(quiet, access, T, { audience: 'i', scope: 'write' }).active).toBe(false)
})

test('a rotated generation: its successor, then nothing, then reuse', () => {
  const rotated = { ...login, generation: 3, rotatedAt: [T, T + 1_000] }
  expect(possibleOutcomes(rotated, 3, rules, T)).toEqual(['rotated'])
  expect(possibleOutcomes(rotated, 2, rules, T + 10_999)).toEqual(['retried'])
  expect(possibleOutcomes(rotated, 2, rules, T + 11_000)).toEqual(['consumed'])
  // Its successor was rotated itself.
  expect(possibleOutcomes(rotated, 1, rules, T + 1_000)).toEqual(['consumed'])
  expect(possibleOutcomes(rotated, 1, rules, T + 10_000)).toEqual(['consumed'])
  expect(possibleOutcomes(rotated, 1, rules, T + 14_999)).toEqual(['consumed'])
  expect(possibleOutcomes(rotated, 1, rules, T + 15_000)).toEqual(['reused'])
  expect(possibleOutcomes(rotated, 1, rules, T - 5_001)).toEqual(['consumed'])
})

test('where only other clocks could decide, several answers are correct', () => {
  const skewed = { ...login, generation: 3, rotatedAt: [T, T + 15_000] }
  expect(possibleOutcomes(skewed, 1, rules, T + 1).toSorted()).toEqual(['consumed', 'reused'])
  const crowded = { ...login, generation: 10, rotatedAt: Array.from({ length: 9 }, () => T) }
  expect(possibleOutcomes(crowded, 1, rules, T + 1).toSorted()).toEqual(['consumed', 'reused'])
  expect(possibleOutcomes(crowded, 2, rules, T + 1)).toEqual(['consumed'])
  expect(possibleOutcomes(crowded, 9, rules, T + 1)).toEqual(['retried'])
})
