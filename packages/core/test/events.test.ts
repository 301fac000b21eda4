import { expect, test } from 'vitest'
import type { Events } from '../src/index.ts'
import { ADA, instance, MINUTE } from './instance.ts'
import { listingRepository, recordOf } from './map-repository.ts'
import { recordOfKind, sealing } from './sealing/fixtures.ts'

type Heard = [name: keyof Events, event: object]

/** The events that a call emits, without those of the name `operation`. */
function listening(tokens: Awaited<ReturnType<typeof instance>>['tokens']) {
  const heard: Heard[] = []
  tokens.onAny((name, event) => void (name !== 'operation' && heard.push([name, event])))
  return () => heard.splice(0)
}

test('each call emits its event with the documented data', async () => {
  const { tokens, clock } = await instance()
  const heard = listening(tokens)
  const login = await tokens.issue(ADA)
  const { session } = login
  expect(heard()).toMatchObject([['issued', { ...ADA, session, jti: login.jti }]])
  const { jti, accessToken } = await tokens.issue({ ...ADA, refresh: false })
  const [[, single] = ['issued', {}]] = heard()
  expect(single).toMatchObject({ ...ADA, jti })
  expect(single).not.toHaveProperty('session')
  await tokens.rotate(login.refreshToken)
  expect(heard()).toMatchObject([['rotated', { ...ADA, session, generation: 2 }]])
  await tokens.rotate(login.refreshToken)
  expect(heard()).toMatchObject([['retried', { ...ADA, session, generation: 2 }]])
  await tokens.consume(accessToken)
  expect(heard()).toMatchObject([['consumed', { ...ADA, jti }]])
  expect(await tokens.verify(accessToken)).toMatchObject({ reason: 'consumed' })
  const at = clock.now
  const revoked = { scope: 'session', at }
  await tokens.revoke({ session })
  expect(heard()).toMatchObject([['revoked', { ...revoked, first: true }]])
  clock.now += MINUTE
  await tokens.revoke({ session })
  expect(heard()).toMatchObject([['revoked', { ...revoked, first: false }]])
})

test('a reused refresh token is reported with its own generation, and its session is revoked', async () => {
  const { tokens, clock } = await instance()
  const heard = listening(tokens)
  const { refreshToken, session } = await tokens.issue(ADA)
  const next = await tokens.rotate(refreshToken)
  if (!next.active) throw new Error(next.reason)
  heard()
  clock.now += MINUTE
  expect(await tokens.rotate(refreshToken)).toMatchObject({ reason: 'reused' })
  expect(heard()).toContainEqual([
    'reused',
    expect.objectContaining({ ...ADA, session, generation: 1 }),
  ])
  expect(await tokens.verify(next.accessToken)).toMatchObject({ active: false })
})

test('prune emits how many records it has deleted, and each call how it has ended', async () => {
  const past = [1, 2, 3].map((n) => recordOf(n, { retainUntil: 1 }))
  const repository = listingRepository(new Map(past.map((record) => [record.key, record])))
  const { tokens } = await instance({ repository })
  const operations: object[] = []
  tokens.on('operation', (event) => void operations.push(event))
  const heard = listening(tokens)
  await tokens.prune({ limit: 2 })
  expect(heard()).toEqual([['pruned', { deleted: 2, more: true }]])
  await tokens.prune()
  expect(heard()).toEqual([['pruned', { deleted: 1, more: false }]])
  await tokens.verify('x')
  await expect(tokens.revoke('x')).rejects.toThrow()
  const ms = expect.any(Number)
  expect(operations).toEqual([
    { name: 'prune', ms, outcome: 'ok' },
    { name: 'prune', ms, outcome: 'ok' },
    { name: 'verify', ms, outcome: 'inactive', reason: 'malformed' },
    { name: 'revoke', ms, outcome: 'error' },
  ])
})

test('keyId is empty where what is sealed has no key that can be read', async () => {
  const { tokens, records } = await sealing()
  const { accessToken } = await tokens.issue({ ...ADA, data: { a: 1 } })
  const record = recordOfKind(records, 'session')
  const body = JSON.stringify({ ...JSON.parse(record.body), sealed: 'x' })
  records.set(record.key, { ...record, body })
  const heard: object[] = []
  tokens.on('unreadable', (event) => void heard.push(event))
  expect(await tokens.verify(accessToken, { data: true })).toMatchObject({
    active: true,
    data: null,
  })
  expect(heard).toMatchObject([{ keyId: '' }])
})
