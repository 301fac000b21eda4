import { expect, test } from 'vitest'
import type { StoredRecord } from '../src/adapter.ts'
import { type Policy, retainCutoff } from '../src/policy/policy.ts'
import { ensureCutoffs } from '../src/revocation/ensure-cutoffs.ts'
import type { CutoffKeys } from '../src/scopes/scopes.ts'
import { Deadline } from '../src/store/deadline.ts'
import { keyOf, recordOf } from './map-repository.ts'
import {
  contextOn,
  cutoffIn,
  HOUR,
  keyDeriver,
  NOW,
  policy,
  root,
  UNAVAILABLE,
} from './revocations.ts'

const evicting: Partial<Policy> = { missingMeansRefused: true }
const UNTIL = NOW + HOUR
const EPOCH = expect.stringMatching(/^[\w-]{22}$/)
const subject: CutoffKeys = new Map([['subject', keyOf(1)]])
const ofLogin: CutoffKeys = new Map([
  ['global', keyDeriver.root],
  ['subject', keyOf(1)],
  ['session', keyOf(2)],
])

function cutoff(body: object, more: Partial<StoredRecord> = {}): StoredRecord {
  return recordOf(1, { kind: 'cutoff', body: JSON.stringify(body), ...more })
}

/** The cutoffs of a login that has read all of these records. */
async function ensured(cutoffKeys: CutoffKeys, records: readonly StoredRecord[]) {
  const made = contextOn(records, evicting, { read: async () => expect.fail('it is read') })
  const seen = new Map(made.records)
  const found = await ensureCutoffs(
    made.context,
    cutoffKeys,
    seen,
    UNTIL,
    new Deadline(20_000),
  ).catch((error: unknown) => ({ error }))
  return { ...made, found }
}

test('the missing cutoffs of a login are made with both epochs, without another read', async () => {
  const { found, records, writes } = await ensured(ofLogin, [root])
  expect(writes).toHaveLength(2)
  const both = { epoch: EPOCH, accessEpoch: EPOCH }
  for (const key of [keyOf(1), keyOf(2)]) {
    expect(records.get(key)).toMatchObject({ kind: 'cutoff', createdAt: NOW })
    expect(cutoffIn(records.get(key))).toEqual(both)
  }
  expect([...(found as ReadonlyMap<string, unknown>)]).toMatchObject([
    ['global', { record: root }],
    ['subject', { record: records.get(keyOf(1)), body: both }],
    ['session', { record: records.get(keyOf(2)), body: both }],
  ])
})

test('the cutoff of a session is retained as long as it, and wider ones for later logins', async () => {
  const { records } = await ensured(ofLogin, [root])
  const later = retainCutoff({ ...policy, ...evicting }, NOW, policy.maxLifetime)
  expect(later).toBeGreaterThan(UNTIL)
  expect(records.get(keyOf(1))?.retainUntil).toBe(later)
  expect(records.get(keyOf(2))?.retainUntil).toBe(UNTIL)
})

test('a login that lasts longer than usual retains all of its cutoffs as long', async () => {
  const made = contextOn([root], evicting)
  const until = NOW + 99 * HOUR
  await ensureCutoffs(made.context, ofLogin, new Map(made.records), until, new Deadline(20_000))
  expect([keyOf(1), keyOf(2)].map((key) => made.records.get(key)?.retainUntil)).toEqual([
    until,
    until,
  ])
})

test.each([
  ['is not written again where it is retained long enough', UNTIL, 0],
  ['keeps its epochs where it must be retained longer', UNTIL - 1, 1],
])('the cutoff of a login %s', async (_, retainUntil, count) => {
  const body = { epoch: 'e', accessEpoch: 'a', revoked: { at: 5, reason: 'lost' } }
  const { records, writes } = await ensured(subject, [root, cutoff(body, { retainUntil })])
  expect(writes).toHaveLength(count)
  expect(cutoffIn(records.get(keyOf(1)))).toEqual(body)
  expect(records.get(keyOf(1))?.retainUntil).toBeGreaterThanOrEqual(UNTIL)
})

test('a cutoff without an epoch for access tokens gets one, and keeps its revocation', async () => {
  const body = { epoch: 'e', revoked: { at: 5, reason: 'lost' } }
  const { records } = await ensured(subject, [root, cutoff(body)])
  expect(cutoffIn(records.get(keyOf(1)))).toEqual({ ...body, accessEpoch: EPOCH })
})

test('a root record without epochs gets them, and revokes nothing', async () => {
  const { epoch: _, accessEpoch: __, revoked: ___, ...rest } = cutoffIn(root)
  const bare = { ...root, body: JSON.stringify(rest) }
  const { records } = await ensured(ofLogin, [bare])
  const next = records.get(root.key)
  expect(next).toMatchObject({ kind: 'root', createdAt: root.createdAt })
  expect(cutoffIn(next)).toEqual({ ...rest, epoch: EPOCH, accessEpoch: EPOCH })
})

test('a login on an empty store makes the root record', async () => {
  const { records } = await ensured(ofLogin, [])
  expect(records.get(keyDeriver.root)).toMatchObject({ kind: 'root', createdAt: NOW })
})

test('while the cutoff of a subject is corrupt, its logins are refused and nothing is written', async () => {
  const { found, writes } = await ensured(subject, [root, cutoff({}, { body: 'no JSON' })])
  expect(found).toMatchObject({ error: UNAVAILABLE })
  expect(String((found as { error: unknown }).error)).toMatch(/cutoff of the subject is corrupt/)
  expect(writes).toEqual([])
})

test('a cutoff whose write was lost is made with other epochs', async () => {
  const made = contextOn([root], evicting)
  made.state.lose = () => {}
  const seen = new Map(made.records)
  await ensureCutoffs(made.context, subject, seen, UNTIL, new Deadline(20_000))
  const [lost, stored] = made.writes.map(({ record }) => record)
  expect(made.records.get(keyOf(1))).toEqual(stored)
  expect(stored?.etag).not.toBe(lost?.etag)
  expect(cutoffIn(stored).epoch).not.toBe(cutoffIn(lost).epoch)
})
