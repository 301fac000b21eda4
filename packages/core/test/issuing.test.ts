import { decodeJwt } from 'jose'
import { expect, test } from 'vitest'
import type { StoredRecord } from '../src/adapter.ts'
import { ADA, DAY, instance, MINUTE } from './instance.ts'
import { losing } from './losing.ts'
import { mapRepository } from './map-repository.ts'
import { invalid, recordOfKind, UNSUPPORTED } from './sealing/fixtures.ts'

const epochs = { g: expect.any(String) }

test('claims are checked before anything is read', async () => {
  const { tokens, reads } = await losing()
  reads.length = 0
  const call = tokens.issue({ ...ADA, claims: { iss: 'another' } })
  await expect(call).rejects.toMatchObject(invalid('claims.iss'))
  expect(reads).toEqual([])
})

test('a function of claims is called once, after the store was read', async () => {
  const { tokens, reads } = await losing()
  reads.length = 0
  const calls: number[] = []
  await tokens.issue({
    ...ADA,
    claims: () => {
      calls.push(reads.length)
      return {}
    },
  })
  expect(calls).toEqual([1])
})

test('a token without a session has no time of a login, and an event without a session', async () => {
  const { tokens, clock } = await instance()
  const events: object[] = []
  tokens.on('issued', (event) => void events.push(event))
  const { accessToken, jti } = await tokens.issue({ ...ADA, refresh: false })
  expect(decodeJwt(accessToken)['tw']).toEqual({ t: clock.now, e: epochs, a: epochs })
  expect(events).toEqual([{ ...ADA, jti }])
})

test('both tokens of a login have its time, and only the refresh token has a generation', async () => {
  const { tokens, clock } = await instance()
  const events: object[] = []
  tokens.on('issued', (event) => void events.push(event))
  const login = await tokens.issue({ ...ADA, claims: () => ({}) })
  const times = { t: clock.now, l: clock.now, e: epochs, a: epochs }
  expect(decodeJwt(login.accessToken)['tw']).toEqual(times)
  expect(decodeJwt(login.refreshToken)['tw']).toEqual({ ...times, n: 1, f: 1 })
  expect(events).toEqual([{ ...ADA, jti: login.jti, session: login.session }])
})

test('a token without a session may last longer than a session', async () => {
  const lifetimes = { access: '2h', refresh: '1h', session: '1h' } as const
  const { tokens, clock } = await instance({ lifetimes })
  const { expiresAt } = await tokens.issue({ ...ADA, refresh: false })
  expect(expiresAt).toBe(clock.now + 120 * MINUTE)
  const login = await tokens.issue(ADA)
  expect([login.expiresAt, login.endsAt]).toEqual([
    clock.now + 60 * MINUTE,
    clock.now + 60 * MINUTE,
  ])
})

test('a login on an evicting store extends the cutoffs that would end before it', async () => {
  const records = new Map<string, StoredRecord>()
  const inner = mapRepository(records)
  const capabilities = { ...inner.capabilities, durability: 'evicting' } as const
  const { tokens, clock } = await instance({ repository: { ...inner, capabilities } })
  await tokens.issue(ADA)
  const cutoffs = [...records.values()].filter(({ kind }) => kind === 'cutoff')
  const began = clock.now
  clock.now = Math.max(...cutoffs.map(({ retainUntil }) => retainUntil)) - 29 * DAY
  await tokens.issue(ADA)
  const lasts = (key: string) => (records.get(key)?.retainUntil ?? 0) - clock.now
  const extended = cutoffs.filter(({ retainUntil, key }) => lasts(key) === retainUntil - began)
  // All but that of the first session.
  expect(extended).toHaveLength(cutoffs.length - 1)
})

test('while the root record is corrupt no claims are asked for', async () => {
  const { tokens, records } = await losing()
  const root = recordOfKind(records, 'root')
  records.set(root.key, { ...root, body: '{' })
  let calls = 0
  const call = tokens.issue({ ...ADA, claims: () => ({ n: ++calls }) })
  await expect(call).rejects.toMatchObject({
    code: 'TOKENWARD_STORE_UNAVAILABLE',
    message: expect.stringContaining('prepare()'),
  })
  expect(calls).toBe(0)
})

test('maxSessions needs a store that can list, before anything is written', async () => {
  const { tokens, writes } = await losing()
  writes.length = 0
  await expect(tokens.issue({ ...ADA, maxSessions: 3 })).rejects.toMatchObject(UNSUPPORTED)
  expect(writes).toEqual([])
})
