import { expect, test } from 'vitest'
import type { StoredRecord } from '../src/adapter.ts'
import type { Context } from '../src/context.ts'
import { type Policy, retainCutoff, retainToken } from '../src/policy/policy.ts'
import type { Cutoff } from '../src/records/cutoff.ts'
import {
  type CutoffRequest,
  type CutoffTarget,
  CutoffUpdate,
} from '../src/revocation/cutoff-update.ts'
import { KeyDeriver } from '../src/scopes/keys.ts'
import type { Plan } from '../src/store/conditional-write.ts'
import { makeRoot } from '../src/transitions/root.ts'
import type { Revoked } from '../src/types/results.ts'
import { recordOf } from './map-repository.ts'

const NOW = 1_800_000_000_000
const HOUR = 3_600_000
const keyDeriver = await KeyDeriver.create('test')
const policy = {
  maxLifetime: HOUR,
  session: 2 * HOUR,
  access: 60_000,
  leeway: 0,
  skew: 5_000,
  lease: null,
  missingMeansRefused: false,
  clock: () => NOW,
} as unknown as Policy
const rootOwner = { key: keyDeriver.root, pepperCheck: keyDeriver.pepperCheck, issuer: undefined }
const root = makeRoot(rootOwner, { maxLifetime: 3 * HOUR, lease: null }, 1)
const request: CutoffRequest = {
  kind: 'now',
  id: 'mine',
  invokedAt: NOW - 1,
  note: { sealed: 'x' },
  shownNote: { reason: 'lost' },
  keepsFirst: false,
}
const subject: CutoffTarget = { scope: 'subject', key: 'cutoff' }
const global: CutoffTarget = { scope: 'global', key: keyDeriver.root }

function cutoff(body: Cutoff, more: Partial<StoredRecord> = {}): StoredRecord {
  const record = recordOf(1, { kind: 'cutoff', body: JSON.stringify(body), ...more })
  return { ...record, key: 'cutoff' }
}

function planned(
  target: CutoffTarget,
  records: readonly StoredRecord[],
  more: Partial<CutoffRequest> = {},
  options: Partial<Policy> = {},
): Plan<Revoked> {
  const own = { policy: { ...policy, ...options } }
  const context = { ...own, rootOwner, keyDeriver } as unknown as Context
  const update = new CutoffUpdate(context, target, { ...request, ...more })
  return update.plan(new Map(records.map((record) => [record.key, record])))
}

/** What is written, and the result. */
async function written(plan: Plan<Revoked>) {
  if ('done' in plan) return expect.fail('nothing is written')
  const { record, expected } = plan.write
  const result = await plan.onStored(record)
  return { record, expected, body: JSON.parse(record.body) as Cutoff, result }
}

test('a first revocation stores an epoch, its time and its sealed note', async () => {
  const { record, expected, body, result } = await written(planned(subject, [root]))
  expect(expected).toBeNull()
  expect(record).toMatchObject({ key: 'cutoff', kind: 'cutoff' })
  expect(record.retainUntil).toBe(retainCutoff(policy, NOW, 3 * HOUR))
  expect(body).toMatchObject({ externalBefore: NOW, revoked: { id: 'mine', sealed: 'x' } })
  expect(body.epoch).toMatch(/^[\w-]{22}$/)
  expect(body.accessEpoch).toBeUndefined()
  expect(result).toEqual({
    revoked: true,
    target: 'subject',
    at: NOW,
    first: true,
    note: { reason: 'lost' },
  })
})

test('on an evicting store a cutoff always has both epochs', async () => {
  const options = { missingMeansRefused: true }
  const { body } = await written(planned(subject, [root], {}, options))
  expect(body.epoch).toMatch(/^[\w-]{22}$/)
  expect(body.accessEpoch).toMatch(/^[\w-]{22}$/)
})

test('a revocation of access tokens reports its own note, and not that of everything', async () => {
  const stored = cutoff({ epoch: 'e', revoked: { at: 5, reason: 'old' } })
  const { body, expected, result } = await written(
    planned(subject, [root, stored], { kind: 'access' }),
  )
  expect(expected).toBe(stored.etag)
  expect(body).toMatchObject({ epoch: 'e', accessRevoked: { id: 'mine' } })
  expect(result).toMatchObject({ first: true, at: NOW, note: { reason: 'lost' } })
})

test('what was revoked by this call already is not written again', () => {
  const until = retainCutoff(policy, NOW - 1, 3 * HOUR)
  const update = new CutoffUpdate(
    { policy, rootOwner, keyDeriver } as unknown as Context,
    subject,
    request,
  )
  const first = update.plan(new Map([[root.key, root]]))
  if ('done' in first) return expect.fail('nothing is written')
  const stored = { ...first.write.record, retainUntil: until }
  const seen = (record: StoredRecord) =>
    new Map([
      [root.key, root],
      ['cutoff', record],
    ])
  expect(update.plan(seen(stored))).toMatchObject({ done: { first: true, at: NOW } })
  const short = { ...stored, retainUntil: until - 1 }
  const again = update.plan(seen(short))
  expect(again).toMatchObject({ write: { expected: short.etag, record: { retainUntil: until } } })
})

test.each([
  [
    'a session that is known',
    { sessionKey: 's' },
    [{ ...recordOf(2, { retainUntil: NOW + 9 * HOUR }), key: 's' }],
    NOW + 9 * HOUR,
  ],
  [
    'a short session',
    { sessionKey: 's' },
    [{ ...recordOf(2, { retainUntil: 1 }), key: 's' }],
    retainCutoff(policy, NOW, 3 * HOUR),
  ],
  ['a session without a record', { sessionKey: 's' }, [], retainToken(policy, NOW + 5 * HOUR)],
  ['a session whose record is not read', {}, [], retainToken(policy, NOW + 5 * HOUR)],
])('the cutoff of %s is retained as long as its record', async (_, more, records, until) => {
  const target = { scope: 'session', key: 'cutoff', ...more } as const
  const plan = planned(target, [root, ...records], {}, { session: 5 * HOUR })
  expect((await written(plan)).record.retainUntil).toBe(until)
})

test('a corrupt cutoff is replaced by a revocation of everything, and by nothing else', async () => {
  const corrupt = cutoff({}, { body: 'no JSON', retainUntil: NOW + 99 * HOUR })
  const { record, expected, body, result } = await written(planned(subject, [root, corrupt]))
  expect(expected).toBe(corrupt.etag)
  expect(record.retainUntil).toBe(NOW + 99 * HOUR)
  expect(body.epoch).toMatch(/^[\w-]{22}$/)
  expect(body.accessEpoch).toMatch(/^[\w-]{22}$/)
  expect(result.first).toBe(true)
  const unavailable = expect.objectContaining({ code: 'TOKENWARD_STORE_UNAVAILABLE' })
  expect(() => planned(subject, [root, corrupt], { kind: 'access' })).toThrow(unavailable)
})

test('with a corrupt root record only everything can be revoked', async () => {
  const corrupt = { ...root, body: 'no JSON' }
  const unavailable = expect.objectContaining({ code: 'TOKENWARD_STORE_UNAVAILABLE' })
  expect(() => planned(subject, [corrupt])).toThrow(unavailable)
  expect(() => planned(global, [corrupt], { kind: 'access' })).toThrow(unavailable)
  const { record, expected, body } = await written(planned(global, [corrupt]))
  expect(record).toMatchObject({ kind: 'root', key: keyDeriver.root })
  expect(expected).toBe(corrupt.etag)
  expect(body).toMatchObject({ maxLifetimes: [{ since: 0, ms: HOUR }], revoked: { id: 'mine' } })
})

test('everything is revoked in the root record, which keeps its lifetimes', async () => {
  const { record, expected, body } = await written(planned(global, [root]))
  expect(record.kind).toBe('root')
  expect(expected).toBe(root.etag)
  expect(body).toMatchObject({
    maxLifetimes: [{ since: 0, ms: 3 * HOUR }],
    revoked: { id: 'mine' },
  })
})

test('on an evicting store without a root record, a revocation of everything makes it', async () => {
  const plan = planned(global, [], {}, { missingMeansRefused: true })
  const { record, expected, body } = await written(plan)
  expect(record.kind).toBe('root')
  expect(expected).toBeNull()
  expect(body).toMatchObject({ revoked: { id: 'mine' }, maxLifetimes: [{ since: 0, ms: HOUR }] })
})
