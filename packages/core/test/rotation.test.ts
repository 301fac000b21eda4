import { expect, test } from 'vitest'
import type { StoredRecord } from '../src/adapter.ts'
import { prepare } from '../src/index.ts'
import { ADA, DAY, instance, keys, MINUTE } from './instance.ts'
import { mapRepository } from './map-repository.ts'
import { ISSUER } from './provider.ts'

test('a slow browser tab is refused without a revocation after two rotations of another tab', async () => {
  const { tokens, clock } = await instance()
  const login = await tokens.issue(ADA)
  const first = await tokens.rotate(login.refreshToken)
  const second = await tokens.rotate(refreshOf(first))
  clock.now += 3_000
  expect(await tokens.rotate(login.refreshToken)).toEqual({
    active: false,
    reason: 'consumed',
    decidedBy: 'session',
    at: expect.any(Number),
  })
  clock.now += 30_000
  expect(await tokens.rotate(refreshOf(second))).toMatchObject({ active: true, retried: false })
})

test('reuse is found within 2 × (grace + skew) although the thief rotates continuously', async () => {
  const records = new Map<string, StoredRecord>()
  const { tokens, clock } = await instance({ repository: mapRepository(records) })
  const login = await tokens.issue(ADA)
  let stolen = login.refreshToken
  const rotateFor = async (ms: number) => {
    for (const end = clock.now + ms; clock.now < end; clock.now += 500)
      stolen = refreshOf(await tokens.rotate(stolen))
  }
  await rotateFor(500)
  const size = () => Math.max(...[...records.values()].map(({ body }) => body.length))
  await rotateFor(14_000)
  const before = size()
  // 10 s of grace, 5 s of skew, twice.
  await rotateFor(16_000)
  expect(await tokens.rotate(login.refreshToken)).toMatchObject({ reason: 'reused' })
  expect(await tokens.rotate(stolen)).toMatchObject({ active: false, reason: 'revoked' })
  expect(size()).toBeLessThan(before + 100)
})

test('reuse is found after grace + skew if the thief stops', async () => {
  const { tokens, clock } = await instance()
  const login = await tokens.issue(ADA)
  let stolen = login.refreshToken
  for (let i = 0; i < 40; i++) stolen = refreshOf(await tokens.rotate(stolen))
  expect(await tokens.rotate(login.refreshToken)).toMatchObject({ reason: 'consumed' })
  clock.now += 15_000
  expect(await tokens.rotate(login.refreshToken)).toMatchObject({ reason: 'reused' })
})

test('claims that make a token too large do not use up the refresh token', async () => {
  const { tokens } = await instance()
  const { refreshToken } = await tokens.issue(ADA)
  const claims = { note: 'x'.repeat(20_000) }
  const tooLarge = { code: 'TOKENWARD_INVALID_INPUT', path: 'claims' }
  await expect(tokens.rotate(refreshToken, { claims })).rejects.toMatchObject(tooLarge)
  await expect(tokens.rotate(refreshToken, { claims: () => claims })).rejects.toMatchObject(
    tooLarge,
  )
  expect(await tokens.rotate(refreshToken)).toMatchObject({ active: true, retried: false })
})

test('a refresh token of another client is refused and not used up', async () => {
  const { tokens } = await instance()
  const { refreshToken } = await tokens.issue(ADA)
  const refused = { reason: 'invalid-claims', claim: 'client_id', expected: 'other' }
  expect(await tokens.rotate(refreshToken, { client: 'other' })).toEqual({
    active: false,
    ...refused,
  })
  expect(await tokens.revoke(refreshToken, { client: 'other' })).toEqual({
    revoked: false,
    ...refused,
  })
  const rotated = await tokens.rotate(refreshToken, { client: 'web' })
  expect(rotated).toMatchObject({ active: true, retried: false, ...ADA })
  expect(await tokens.revoke(refreshOf(rotated), { client: 'web' })).toMatchObject({
    revoked: true,
  })
})

test('a lifetime that was extended recently limits new tokens, and revokes none', async () => {
  const records = new Map<string, StoredRecord>()
  const { tokens: short, clock } = await instance({
    repository: mapRepository(records),
    lifetimes: { access: '5m', refresh: '1d' },
  })
  const before = await short.issue(ADA)
  const lifetimes = { access: '1h', refresh: '30d' } as const
  const options = { lifetimes, clock: clock.read, repository: mapRepository(records) }
  await prepare({ ...options, keys: await keys, issuer: ISSUER })
  const { tokens: long } = await instance(options)
  const login = await long.issue(ADA)
  // 5 minutes of access are below the old maximum of a day: only the refresh token is capped.
  expect(login.expiresIn).toBe(3600)
  const next = await long.rotate(login.refreshToken)
  expect(next).toMatchObject({ active: true })
  expect(await long.rotate(before.refreshToken)).toMatchObject({ active: true })
  clock.now += 16 * MINUTE
  const later = await long.rotate(refreshOf(next))
  expect(later).toMatchObject({ active: true })
  clock.now += 2 * DAY
  expect(await long.rotate(refreshOf(later))).toMatchObject({ active: true })
})

function refreshOf(rotation: object): string {
  expect(rotation).toMatchObject({ active: true })
  return (rotation as { refreshToken: string }).refreshToken
}
