import { expect, test } from 'vitest'
import type { StoredRecord } from '../src/adapter.ts'
import { ADA, instance } from './instance.ts'
import { losing } from './losing.ts'
import { mapRepository } from './map-repository.ts'
import { claimsAt, createProvider, sign, testClock, trusting } from './provider.ts'

/** A token that was signed elsewhere, and a store of which the test counts what it is sent. */
async function external(claims: object = {}) {
  const provider = await createProvider()
  const clock = testClock()
  const records = new Map<string, StoredRecord>()
  const inner = mapRepository(records)
  const sent = { reads: 0, writes: 0 }
  const repository = mapRepository(records, {
    read: (...args) => {
      sent.reads++
      return inner.read(...args)
    },
    write: (...args) => {
      sent.writes++
      return inner.write(...args)
    },
  })
  const tokens = await trusting({ fetch: provider.fetch, clock: clock.read, repository })
  const token = await sign(provider.key, claimsAt(clock.now, claims))
  sent.reads = sent.writes = 0
  return { tokens, clock, records, sent, token }
}

const saved = { saved: true, expiresAt: 1_800_000_000_000 + 7 * 86_400_000 }

test('a token is saved once', async () => {
  const { tokens, sent, token, records } = await external()
  expect(await tokens.save(token)).toEqual(saved)
  const [record] = [...records.values()].filter(({ kind }) => kind === 'token')
  expect(record).toMatchObject({ state: 'active', expiresAt: saved.expiresAt })
  sent.writes = 0
  expect(await tokens.save(token)).toEqual(saved)
  expect(sent.writes).toBe(0)
})

test('a token that has expired is refused without the store', async () => {
  const { tokens, clock, sent, token } = await external()
  clock.now = saved.expiresAt
  expect(await tokens.save(token)).toEqual({ saved: false, reason: 'expired' })
  expect(sent).toEqual({ reads: 0, writes: 0 })
})

test.each([
  ['a subject', { subject: 'ada' }, 'subject'],
  ['a token', { jti: 'a' }, 'token'],
] as const)('after the revocation of %s a token is not saved', async (_, target, decidedBy) => {
  const { tokens, sent, token } = await external()
  await tokens.revoke({ issuer: 'https://idp.example', ...target })
  sent.writes = 0
  expect(await tokens.save(token)).toEqual({ saved: false, reason: 'revoked', decidedBy })
  expect(sent.writes).toBe(0)
})

test('a refresh token is not saved', async () => {
  const { tokens, writes } = await losing()
  const { refreshToken } = await tokens.issue(ADA)
  writes.length = 0
  const refused = { saved: false, reason: 'invalid-claims', claim: 'typ', expected: 'at+jwt' }
  expect(await tokens.save(refreshToken)).toEqual(refused)
  expect(writes).toEqual([])
})

test('what is no token is not saved', async () => {
  const { tokens } = await external()
  expect(await tokens.save('a.b')).toEqual({ saved: false, reason: 'malformed' })
})

test('nothing is saved in a store that may evict it', async () => {
  const inner = mapRepository()
  const capabilities = { ...inner.capabilities, durability: 'evicting' } as const
  const { tokens } = await instance({ repository: { ...inner, capabilities } })
  const { accessToken } = await tokens.issue(ADA)
  const call = tokens.save(accessToken)
  await expect(call).rejects.toMatchObject({ code: 'TOKENWARD_UNSUPPORTED_OPERATION' })
})
