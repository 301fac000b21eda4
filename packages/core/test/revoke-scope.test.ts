import { expect, test, vi } from 'vitest'
import type { Authenticated } from '../src/jwt/authenticated.ts'
import { retainCutoff } from '../src/policy/policy.ts'
import type { CutoffTarget } from '../src/revocation/cutoff-update.ts'
import { revokeReused } from '../src/revocation/revoke-reused.ts'
import { revokeScope } from '../src/revocation/revoke-scope.ts'
import { Deadline } from '../src/store/deadline.ts'
import { compareAndSet, keyOf, recordOf } from './map-repository.ts'
import {
  contextOn,
  cutoffIn,
  HOUR,
  INDETERMINATE,
  keyDeriver,
  NOW,
  policy,
  root,
} from './revocations.ts'

const key = keyOf(1)
const sessionKey = keyOf(2)
const subject: CutoffTarget = { scope: 'subject', key, subject: 'ada' }
const session: CutoffTarget = { scope: 'session', key, sessionKey, subject: 'ada', client: 'web' }
const storedSession = recordOf(2, { kind: 'session', retainUntil: NOW + 9 * HOUR })
const now = { kind: 'now', note: { reason: 'lost' } } as const

test.each([
  ['subject', subject, [keyDeriver.root, key], retainCutoff(policy, NOW, 3 * HOUR)],
  ['session', session, [keyDeriver.root, key, sessionKey], NOW + 9 * HOUR],
])(
  'a revocation of a %s reads what decides about its retention',
  async (_, target, keys, until) => {
    const read: string[] = []
    const { context, records } = contextOn(
      [root, storedSession],
      {},
      {
        read: async (sent) => {
          read.push(...sent)
          return sent.map((each) => records.get(each) ?? null)
        },
      },
    )
    await revokeScope(context, target, now)
    expect(read.toSorted()).toEqual(keys.toSorted())
    expect(records.get(key)?.retainUntil).toBe(until)
  },
)

test.each([
  ['session', 'the first', session, { at: NOW - 9, first: false, note: { reason: 'stolen' } }],
  ['subject', 'the latest', subject, { at: NOW, first: true, note: now.note }],
])('a %s that is revoked twice has the time and note of %s', async (_, __, target, expected) => {
  const { context, records } = contextOn([root])
  const earlier = { ...context, policy: { ...context.policy, clock: () => NOW - 9 } }
  await revokeScope(earlier, target, { kind: 'now', note: { reason: 'stolen' } })
  expect(await revokeScope(context, target, now)).toMatchObject(expected)
  const { at, note } = expected
  expect(cutoffIn(records.get(key)).revoked).toMatchObject({ at, ...note })
})

test('a revocation emits the record, the scope, the time and the names', async () => {
  const { context, events } = contextOn([root])
  await revokeScope(context, session, now)
  const names = { subject: 'ada', client: 'web' }
  expect(events).toEqual([
    ['revoked', { record: key, scope: 'session', at: NOW, first: true, ...names }],
  ])
})

test('a revocation whose write was lost revokes everything up to the next write', async () => {
  let time = NOW
  const { context, records, writes, state } = contextOn([root], { clock: () => time })
  state.lose = () => {
    time += 5
  }
  const result = await revokeScope(context, subject, now)
  expect(result).toEqual({
    revoked: true,
    target: 'subject',
    at: NOW + 5,
    first: true,
    note: now.note,
  })
  const [lost, stored] = writes.map(({ record }) => cutoffIn(record))
  expect(cutoffIn(records.get(key))).toEqual(stored)
  expect(stored).toMatchObject({ externalBefore: NOW + 5, revoked: { at: NOW + 5 } })
  expect(stored?.epoch).not.toBe(lost?.epoch)
})

test('a revocation whose reply was lost is not written again', async () => {
  const { context, writes, state, store } = contextOn([root])
  state.lose = store
  expect(await revokeScope(context, subject, now)).toMatchObject({ first: true, note: now.note })
  expect(writes).toHaveLength(1)
})

test('a revocation that is acknowledged after the deadline is indeterminate, and emits nothing', async () => {
  const deadline = new Deadline(20_000)
  const { context, events, records } = contextOn(
    [root],
    {},
    {
      write: async (writes) => {
        vi.spyOn(deadline, 'expired', 'get').mockReturnValue(true)
        return writes.map((write) => compareAndSet(records, write))
      },
    },
  )
  const late = revokeScope(context, subject, now, deadline)
  await expect(late).rejects.toMatchObject(INDETERMINATE)
  expect(events).toEqual([])
})

test('the session of a reused refresh token is revoked with a note, as long as its record stays', async () => {
  const { context, records, events } = contextOn([root, storedSession])
  const token = {
    principal: { issuer: policy.issuer, subject: 'ada', client: 'web', session: 's' },
    cutoffKeys: new Map([['session', key]]),
    sessionKey,
    facts: { generation: 3 },
  } as unknown as Authenticated
  expect(await revokeReused(context, token, new Deadline(20_000))).toEqual({
    active: false,
    reason: 'reused',
    decidedBy: 'session',
    at: NOW,
  })
  expect(cutoffIn(records.get(key)).revoked).toMatchObject({ reason: 'refresh token reused' })
  expect(records.get(key)?.retainUntil).toBe(storedSession.retainUntil)
  const names = { subject: 'ada', client: 'web' }
  expect(events).toEqual([
    ['revoked', { record: key, scope: 'session', at: NOW, first: true, ...names }],
    ['reused', { ...names, session: 's', generation: 3 }],
  ])
})
