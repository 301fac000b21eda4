import { expect, test } from 'vitest'
import { ADA, DAY, instance, MINUTE } from './instance.ts'
import { listingRepository, mapRepository } from './map-repository.ts'
import { claimsAt, createProvider, IDP, sign, testClock, trusting } from './provider.ts'
import { invalid, recordOfKind, sealing } from './sealing/fixtures.ts'

const NOTE = { reason: 'lost phone' }

test('the record of a token is revoked by itself, with its note', async () => {
  const { tokens, clock, records } = await sealing()
  const { accessToken } = await tokens.issue({ ...ADA, refresh: false })
  const other = await tokens.issue({ ...ADA, refresh: false })
  const record = [...records.values()].findLast(({ kind }) => kind === 'token')?.key ?? ''
  const { items } = await tokens.list(ADA)
  const one = items.find(({ record: key }) => key !== record)?.record ?? ''
  const expected = { revoked: true, target: 'token', at: clock.now, first: true, note: NOTE }
  expect(await tokens.revoke({ record: one }, NOTE)).toEqual(expected)
  expect(await tokens.verify(accessToken)).toMatchObject({ reason: 'revoked', decidedBy: 'token' })
  expect(await tokens.verify(other.accessToken)).toMatchObject({ active: true })
})

test('the record of a session revokes the session, for as long as the record stays', async () => {
  const { tokens, clock, records } = await sealing()
  const { accessToken, refreshToken } = await tokens.issue(ADA)
  const { key: record, retainUntil } = recordOfKind(records, 'session')
  clock.now += MINUTE
  const expected = { revoked: true, target: 'session', at: clock.now, first: true, note: NOTE }
  expect(await tokens.revoke({ record }, NOTE)).toEqual(expected)
  expect(recordOfKind(records, 'cutoff').retainUntil).toBe(retainUntil)
  expect(await tokens.verify(accessToken)).toMatchObject({ decidedBy: 'session' })
  expect(await tokens.rotate(refreshToken)).toMatchObject({ reason: 'revoked' })
})

test('a session that is revoked by its id is so for as long as its record stays', async () => {
  const { tokens, clock, records } = await sealing()
  const { session } = await tokens.issue(ADA)
  clock.now += DAY
  await tokens.revoke({ session })
  const { retainUntil } = recordOfKind(records, 'session')
  expect(recordOfKind(records, 'cutoff').retainUntil).toBe(retainUntil)
})

test('a record that is missing is not revoked', async () => {
  const { tokens } = await instance({ repository: listingRepository() })
  const record = 'a'.repeat(24)
  expect(await tokens.revoke({ record })).toEqual({ revoked: false, reason: 'not-found' })
})

test('the record of a cutoff, of the store, or of a session without its group is refused', async () => {
  const { tokens, records } = await sealing()
  await tokens.issue(ADA)
  await tokens.revoke({ subject: 'bob' })
  const own = recordOfKind(records, 'session')
  records.set(own.key, { ...own, groups: [] })
  const before = new Map(records)
  for (const kind of ['root', 'cutoff', 'session'] as const) {
    const { key: record } = recordOfKind(records, kind)
    await expect(tokens.revoke({ record })).rejects.toMatchObject(invalid('target.record'))
  }
  expect(records).toEqual(before)
})

test.each([{ before: new Date(1_700_000_000_000) }, { only: 'access' }] as const)(
  'one token or record cannot be revoked with %o',
  async (options) => {
    const { tokens, records } = await sealing()
    const { jti } = await tokens.issue({ ...ADA, refresh: false })
    const { key: record } = recordOfKind(records, 'token')
    for (const target of [{ jti }, { record }])
      await expect(tokens.revoke(target, options)).rejects.toMatchObject(invalid('options'))
    expect(recordOfKind(records, 'token').state).toBe('active')
  },
)

test('an id of another issuer is that of a token, even where it looks like one of a session', async () => {
  const provider = await createProvider()
  const clock = testClock()
  const repository = mapRepository()
  const tokens = await trusting({ fetch: provider.fetch, clock: clock.read, repository })
  const jti = `${'s'.repeat(22)}.1`
  const token = await sign(provider.key, claimsAt(clock.now, { jti }))
  expect(await tokens.verify(token)).toMatchObject({ active: true })
  expect(await tokens.revoke({ issuer: IDP, jti })).toMatchObject({ target: 'token' })
  expect(await tokens.verify(token)).toMatchObject({ reason: 'revoked', decidedBy: 'token' })
})

test('except returns when it began, and how many it has revoked', async () => {
  const { tokens, clock } = await sealing()
  const { session } = await tokens.issue(ADA)
  await tokens.issue(ADA)
  const target = { subject: 'ada', except: session }
  const at = clock.now
  const revoked = { revoked: true, target: 'subject', at }
  expect(await tokens.revoke(target)).toEqual({ ...revoked, first: true, count: 1 })
  expect(await tokens.revoke(target)).toEqual({ ...revoked, first: false, count: 0 })
})
