import { expect, test } from 'vitest'
import type { StoredRecord } from '../src/adapter.ts'
import { retainCutoff, retainToken } from '../src/policy/policy.ts'
import type { RevocationInfo } from '../src/records/cutoff.ts'
import { revokeByKey } from '../src/revocation/revoke-token.ts'
import { keyOf, recordOf } from './map-repository.ts'
import { contextOn, HOUR, NOW, policy, root, UNAVAILABLE } from './revocations.ts'

const key = keyOf(1)
const note = { reason: 'lost' }
const REVOKED = { revoked: true, target: 'token', at: NOW, first: true, note }

function bodyIn(record: StoredRecord | undefined): { id: string; revoked: RevocationInfo } {
  return JSON.parse(record?.body ?? '')
}

test('a token without a record is revoked by a tombstone, which is retained like a cutoff', async () => {
  const { context, records, events } = contextOn([root])
  expect(await revokeByKey(context, key, note)).toEqual(REVOKED)
  const until = retainCutoff(policy, NOW, 3 * HOUR)
  expect(records.get(key)).toMatchObject({
    kind: 'token',
    state: 'revoked',
    groups: [],
    createdAt: NOW,
    expiresAt: until,
    retainUntil: until,
  })
  expect(events).toEqual([['revoked', { record: key, scope: 'token', at: NOW, first: true }]])
})

test('the record of a token keeps what it holds when it is revoked', async () => {
  const stored = recordOf(1, {
    expiresAt: NOW + HOUR,
    groups: ['ia'],
    body: '{"id":"x","issuedAt":7}',
  })
  const { context, records } = contextOn([root, { ...stored, retainUntil: 1 }])
  expect(await revokeByKey(context, key, note)).toEqual(REVOKED)
  const { createdAt, expiresAt, groups } = stored
  const next = records.get(key)
  expect(next).toMatchObject({ state: 'revoked', createdAt, expiresAt, groups })
  expect(next?.retainUntil).toBe(retainToken(policy, expiresAt))
  expect(bodyIn(next)).toMatchObject({ id: 'x', issuedAt: 7, revoked: { at: NOW, reason: 'lost' } })
})

test.each([
  ['that its adapter could not read', 'corrupt'],
  ['whose body cannot be read', 'token'],
] as const)(
  'the record of a token %s is replaced by a tombstone in the same lists',
  async (_, kind) => {
    const corrupt = recordOf(1, {
      kind,
      groups: ['ia'],
      body: 'no JSON',
      expiresAt: NOW,
      retainUntil: 1,
    })
    const { context, records } = contextOn([root, corrupt])
    expect(await revokeByKey(context, key, note)).toEqual(REVOKED)
    const { createdAt, groups } = corrupt
    const next = records.get(key)
    expect(next).toMatchObject({ kind: 'token', state: 'revoked', createdAt, groups })
    expect(next?.retainUntil).toBe(retainToken(policy, NOW))
    const revoked = { at: NOW, reason: 'lost', id: expect.any(String) }
    expect(bodyIn(next)).toEqual({ id: '', revoked })
  },
)

test('a record of another kind under the id of a token is not replaced', async () => {
  const { context, records, events } = contextOn([root, recordOf(1, { kind: 'session' })])
  await expect(revokeByKey(context, key, note)).rejects.toMatchObject(UNAVAILABLE)
  expect(records.get(key)).toEqual(recordOf(1, { kind: 'session' }))
  expect(events).toEqual([])
})

test('a token that was revoked without a time has been revoked since the call', async () => {
  const { context, writes } = contextOn([root, recordOf(1, { state: 'revoked' })])
  const revoked = { revoked: true, target: 'token', at: NOW, first: false }
  expect(await revokeByKey(context, key, note)).toEqual(revoked)
  expect(writes).toEqual([])
})

test('a revocation keeps its note where there is room for it, and happens in any case', async () => {
  const whole = contextOn([root])
  await revokeByKey(whole.context, key, note)
  const maxBodyBytes = whole.records.get(key)?.body.length ?? 0
  for (const [room, expected] of [
    [0, REVOKED],
    [1, { revoked: true, target: 'token', at: NOW, first: true }],
  ] as const) {
    const { context, records } = contextOn([root])
    const capabilities = { ...context.capabilities, maxBodyBytes: maxBodyBytes - room }
    expect(await revokeByKey({ ...context, capabilities }, key, note)).toEqual(expected)
    const { at, reason } = bodyIn(records.get(key)).revoked
    expect([at, reason]).toEqual([NOW, room === 0 ? note.reason : undefined])
  }
})

test('a token whose revocation was lost is revoked as of the next write', async () => {
  let time = NOW
  const { context, records, writes, state } = contextOn([root], { clock: () => time })
  state.lose = () => {
    time += 5
  }
  expect(await revokeByKey(context, key, note)).toEqual({ ...REVOKED, at: NOW + 5 })
  expect(writes).toHaveLength(2)
  const stored = records.get(key)
  expect(bodyIn(stored).revoked.at).toBe(NOW + 5)
  expect(stored?.retainUntil).toBe(retainCutoff(policy, NOW + 5, 3 * HOUR))
})

test('a revocation of a token whose reply was lost is not written again', async () => {
  const { context, writes, state, store } = contextOn([root])
  state.lose = store
  expect(await revokeByKey(context, key, note)).toEqual(REVOKED)
  expect(writes).toHaveLength(1)
})
