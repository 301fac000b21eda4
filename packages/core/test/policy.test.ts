import { expect, test } from 'vitest'
import type { Capabilities, Finding, TokenRepository } from '../src/adapter.ts'
import { checkManifest, checkPolicy } from '../src/policy/check-policy.ts'
import { type Policy, retainCutoff, retainToken } from '../src/policy/policy.ts'
import { listingRepository, mapRepository } from './map-repository.ts'

const MARGIN = 15 * 60_000
const policy = {
  mode: 'allowlist',
  trustsOthers: false,
  access: 1_000,
  session: 50_000,
  leeway: 3,
  skew: 5_000,
  maxLifetime: 60_000,
  missingMeansRefused: false,
} as unknown as Policy

function repositoryWith(more: Partial<Capabilities>): TokenRepository {
  const repository = listingRepository()
  return { ...repository, capabilities: { ...repository.capabilities, ...more } }
}

test.each([
  ['listing', 'list'],
  ['pruning', 'prune'],
  ['notifications', 'watch'],
] as const)('an adapter claims %s if and only if it has %s()', (capability, method) => {
  const plain = mapRepository()
  const withMethod = { ...plain, [method]: async () => () => {} }
  const withClaim = { ...plain, capabilities: { ...plain.capabilities, [capability]: true } }
  const fault = expect.objectContaining({ code: 'TOKENWARD_ADAPTER_FAULT' })
  expect(() => checkManifest(withMethod)).toThrow(fault)
  expect(() => checkManifest(withClaim)).toThrow(fault)
  checkManifest({ ...withMethod, capabilities: withClaim.capabilities })
  checkManifest(plain)
})

test('the namespace of an adapter is a name', () => {
  expect(() => checkManifest({ ...mapRepository(), namespace: '' })).toThrow(
    expect.objectContaining({ code: 'TOKENWARD_INVALID_INPUT', path: 'repository.namespace' }),
  )
})

test('a durable store guarantees every policy', async () => {
  const repository = listingRepository()
  const strict = { ...policy, mode: 'denylist', trustsOthers: true } as Policy
  const checked = await checkPolicy(repository, strict, [])
  expect(checked).toEqual({ capabilities: repository.capabilities, policy: strict })
  expect(checked.policy).toBe(strict)
})

test('on an evicting store a missing cutoff refuses, and nothing is listed or pruned', async () => {
  const checked = await checkPolicy(repositoryWith({ durability: 'evicting' }), policy, [])
  expect(checked.capabilities).toMatchObject({
    durability: 'evicting',
    listing: false,
    pruning: false,
  })
  expect(checked.policy).toMatchObject({ mode: 'allowlist', missingMeansRefused: true })
  expect(checked.policy.maxLifetime).toBeGreaterThan(Date.now())
})

test.each([
  ['a denylist', { mode: 'denylist' } as const, /^The policy 'denylist' needs/],
  ['external issuers', { trustsOthers: true }, /^External issuers need/],
])('an evicting store is refused for %s', async (_, more, message) => {
  const checked = checkPolicy(
    repositoryWith({ durability: 'evicting' }),
    { ...policy, ...more },
    [],
  )
  await expect(checked).rejects.toMatchObject({
    code: 'TOKENWARD_POLICY_REFUSED',
    message: expect.stringMatching(message),
    findings: [{ code: 'evicting', message: expect.stringContaining("'evicting'") }],
  })
})

test('a store that may return to an older state is refused, with the findings that show it', async () => {
  const shown: Finding = {
    code: 'fsync-off',
    message: 'fsync=off',
    fix: 'fsync=on',
    downgrades: { durability: 'reverting' },
  }
  const other: Finding = { code: 'old', message: 'version 1', fix: 'update' }
  const lists: Finding = { ...other, downgrades: { listing: false } }
  const checked = checkPolicy(listingRepository(), policy, [other, shown, lists])
  await expect(checked).rejects.toMatchObject({
    code: 'TOKENWARD_POLICY_REFUSED',
    findings: [shown],
  })
})

test('a record of a token is retained until no clock can accept it', () => {
  expect(retainToken(policy, 1_000.2)).toBe(1_001 + 3 + 5_000 + MARGIN)
})

test('a cutoff is retained until every token that it revokes has expired', () => {
  expect(retainCutoff(policy, 1_000, 60_000)).toBe(61_000 + 3 + 5_000 + MARGIN)
})

test.each([
  ['sessions', {}, 100_000],
  ['tokens', { access: 70_000 }, 140_000],
])('on an evicting store a cutoff is retained for twice as long as %s', (_, more, expected) => {
  const evicting = { ...policy, ...more, missingMeansRefused: true }
  expect(retainCutoff(evicting, 1_000, 60_000)).toBe(1_000 + expected + 3 + 5_000 + MARGIN)
})
