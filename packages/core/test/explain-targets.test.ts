import { describe, expect, test } from 'vitest'
import type { StoredRecord } from '../src/adapter.ts'
import type { Target, TokenwardOptions } from '../src/index.ts'
import { ADA, instance } from './instance.ts'
import { mapRepository } from './map-repository.ts'
import { claimsAt, createProvider, ISSUER, sign, testClock, trusting } from './provider.ts'
import { invalid, recordOfKind } from './sealing/fixtures.ts'

const NOTE = { reason: 'lost phone', actor: 'support' }
const key = expect.stringMatching(/^[\w-]{24}$/)

async function stored(
  durability: 'durable' | 'evicting' = 'durable',
  options: Partial<TokenwardOptions> = {},
) {
  const records = new Map<string, StoredRecord>()
  const inner = mapRepository(records)
  const capabilities = { ...inner.capabilities, durability }
  const made = await instance({ repository: { ...inner, capabilities }, ...options })
  const spoil = (kind: StoredRecord['kind'], body = '{') => {
    const record = recordOfKind(records, kind)
    records.set(record.key, { ...record, body })
    return record.key
  }
  return { ...made, records, spoil }
}

describe('the cutoff of a scope', () => {
  const subject = { subject: 'ada' } as const
  const check = { scope: 'subject', record: key }

  test('that is missing decides nothing', async () => {
    const { tokens } = await stored()
    const result = { found: 'none', result: 'not-applicable', decisive: false }
    expect(await tokens.explain(subject)).toEqual({
      active: true,
      checks: [{ ...check, ...result }],
    })
  })

  test('that is missing in an evicting store refuses', async () => {
    const { tokens } = await stored('evicting')
    const result = { found: 'none', result: 'not-found', decisive: true }
    expect(await tokens.explain(subject)).toEqual({
      active: false,
      reason: 'not-found',
      decidedBy: 'subject',
      checks: [{ ...check, ...result }],
    })
  })

  test('that revokes nothing decides nothing', async () => {
    const { tokens } = await stored('evicting')
    await tokens.issue(ADA)
    const result = { found: 'active', result: 'not-applicable', decisive: false }
    expect(await tokens.explain(subject)).toEqual({
      active: true,
      checks: [{ ...check, ...result }],
    })
  })

  test.each([
    ['revokes all tokens', {}],
    ['revokes access tokens', { only: 'access' }],
  ] as const)('that %s has its time and note', async (_, options) => {
    const { tokens, clock } = await stored()
    await tokens.revoke(subject, { ...options, ...NOTE })
    const info = { at: clock.now, note: NOTE }
    const result = { found: 'active', result: 'revoked', decisive: true }
    expect(await tokens.explain(subject)).toEqual({
      active: false,
      reason: 'revoked',
      decidedBy: 'subject',
      ...info,
      checks: [{ ...check, ...result, ...info }],
    })
  })

  test('that is corrupt refuses', async () => {
    const { tokens, spoil } = await stored()
    await tokens.revoke(subject)
    spoil('cutoff')
    const result = { found: 'corrupt', result: 'corrupt', decisive: true }
    expect(await tokens.explain(subject)).toEqual({
      active: false,
      reason: 'corrupt',
      decidedBy: 'subject',
      checks: [{ ...check, ...result }],
    })
  })
})

describe('the record of a token', () => {
  const alone = (found: string, reason: string, record: unknown = key, info = {}) => ({
    active: false,
    reason,
    decidedBy: 'token',
    ...info,
    checks: [{ scope: 'token', record, found, result: reason, decisive: true, ...info }],
  })

  test('that is missing', async () => {
    const { tokens } = await stored()
    expect(await tokens.explain({ jti: 'a' })).toEqual(alone('none', 'not-found'))
    const record = 'a'.repeat(24)
    expect(await tokens.explain({ record })).toEqual(alone('none', 'not-found', record))
  })

  test('that is corrupt', async () => {
    const { tokens, spoil } = await stored()
    const { jti } = await tokens.issue({ ...ADA, refresh: false })
    const record = spoil('token')
    for (const target of [{ jti }, { record }])
      expect(await tokens.explain(target)).toEqual(alone('corrupt', 'corrupt', record))
  })

  test('that was never stored before its revocation', async () => {
    const { tokens, clock, records } = await stored()
    await tokens.revoke({ jti: 'a' }, NOTE)
    const { key: record } = recordOfKind(records, 'token')
    const info = { at: clock.now, note: NOTE }
    expect(await tokens.explain({ jti: 'a' })).toEqual(alone('revoked', 'revoked', record, info))
  })

  test('of a refresh token is that of its session', async () => {
    const { tokens, records } = await stored()
    const { session } = await tokens.issue(ADA)
    const { checks } = await tokens.explain({ jti: `${session}.1` })
    expect(checks.at(-1)?.record).toBe(recordOfKind(records, 'session').key)
  })
})

test('without the root record a store explains nothing', async () => {
  const { tokens, records } = await stored()
  const { jti, accessToken } = await tokens.issue(ADA)
  records.delete(recordOfKind(records, 'root').key)
  for (const target of [{ jti }, { jti: 'unknown' }, { subject: 'ada' }, accessToken])
    await expect(tokens.explain(target)).rejects.toMatchObject({
      code: 'TOKENWARD_STORE_UNAVAILABLE',
    })
})

test('a corrupt root record refuses, and no other record is checked', async () => {
  const { tokens, spoil } = await stored()
  const { jti, accessToken } = await tokens.issue(ADA)
  spoil('root')
  const corrupt = { active: false, reason: 'corrupt', decidedBy: 'global', checks: [] }
  for (const target of [{ jti }, accessToken]) expect(await tokens.explain(target)).toEqual(corrupt)
})

test('options are for a token alone', async () => {
  const { tokens } = await stored()
  const call = tokens.explain({ jti: 'a' } as Target, { scope: 'read' })
  await expect(call).rejects.toMatchObject(invalid('options'))
})

test('the requirements of a trusted issuer apply to its tokens', async () => {
  const provider = await createProvider()
  const clock = testClock()
  const trustOptions = { requiredClaims: { tenant: 'acme' }, audience: 'service' }
  const tokens = await trusting({ fetch: provider.fetch, clock: clock.read, trustOptions })
  const tokenFor = (claims: object) =>
    sign(provider.key, claimsAt(clock.now, { aud: 'service', ...claims }))
  expect(await tokens.explain(await tokenFor({ tenant: 'acme' }))).toMatchObject({ active: true })
  for (const [claims, claim] of [
    [{}, 'tenant'],
    [{ tenant: 'acme', aud: ISSUER }, 'aud'],
  ] as const) {
    const { checks, ...refused } = await tokens.explain(await tokenFor(claims))
    expect(refused).toMatchObject({ active: false, reason: 'invalid-claims', claim })
    expect(checks).not.toEqual([])
  }
})
