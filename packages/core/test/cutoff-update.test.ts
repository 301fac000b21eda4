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
import type { Plan } from '../src/store/conditional-write.ts'
import type { Revoked } from '../src/types/results.ts'
import { recordOf } from './map-repository.ts'
import {
  cutoffIn,
  HOUR,
  keyDeriver,
  NOW,
  policy,
  root,
  rootOwner,
  UNAVAILABLE,
} from './revocations.ts'

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

/** The attempts of one call, each with the records that it reads. */
function attempts(
  target: CutoffTarget,
  more: Partial<CutoffRequest> = {},
  options: Partial<Policy> = {},
) {
  const own = { policy: { ...policy, ...options } }
  const context = { ...own, rootOwner, keyDeriver } as unknown as Context
  const update = new CutoffUpdate(context, target, { ...request, ...more })
  return (records: readonly StoredRecord[]) =>
    update.plan(new Map(records.map((record) => [record.key, record])))
}

function planned(
  target: CutoffTarget,
  records: readonly StoredRecord[],
  more: Partial<CutoffRequest> = {},
  options: Partial<Policy> = {},
): Plan<Revoked> {
  return attempts(target, more, options)(records)
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

test.each([
  ['access', 'of everything', 'revoked', 'accessRevoked'],
  ['now', 'of access tokens', 'accessRevoked', 'revoked'],
] as const)(
  'a revocation of the kind %s reports its own note, and not that of one %s',
  async (kind, _, other, own) => {
    // By an instance whose clock is ahead.
    const info = { at: NOW + 5, reason: 'old' }
    const stored = cutoff({ epoch: 'e', accessEpoch: 'a', [other]: info })
    const { body, expected, result } = await written(planned(subject, [root, stored], { kind }))
    expect(expected).toBe(stored.etag)
    expect(body).toMatchObject({ [other]: info, [own]: { id: 'mine' } })
    expect(body[kind === 'access' ? 'epoch' : 'accessEpoch']).toMatch(/^[ae]$/)
    expect(result).toMatchObject({ first: true, at: NOW, note: { reason: 'lost' } })
  },
)

test('what was revoked by this call already is not written again', () => {
  const until = retainCutoff(policy, NOW - 1, 3 * HOUR)
  const plan = attempts(subject)
  const first = plan([root])
  if ('done' in first) return expect.fail('nothing is written')
  const stored = { ...first.write.record, retainUntil: until }
  expect(plan([root, stored])).toMatchObject({ done: { first: true, at: NOW } })
  const short = { ...stored, retainUntil: until - 1 }
  const again = plan([root, short])
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
  expect(() => planned(subject, [root, corrupt], { kind: 'access' })).toThrow(
    expect.objectContaining(UNAVAILABLE),
  )
})

test('with a corrupt root record only everything can be revoked', async () => {
  const corrupt = { ...root, body: 'no JSON' }
  expect(() => planned(subject, [corrupt])).toThrow(expect.objectContaining(UNAVAILABLE))
  expect(() => planned(global, [corrupt], { kind: 'access' })).toThrow(
    expect.objectContaining(UNAVAILABLE),
  )
  const { record, expected, body } = await written(planned(global, [corrupt]))
  expect(record).toMatchObject({ kind: 'root', key: keyDeriver.root })
  expect(expected).toBe(corrupt.etag)
  expect(body).toMatchObject({ maxLifetimes: [{ since: 0, ms: HOUR }], revoked: { id: 'mine' } })
})

test('everything is revoked in the root record, which keeps all the rest', async () => {
  const { record, expected, body } = await written(planned(global, [root]))
  expect(record).toMatchObject({ kind: 'root', createdAt: root.createdAt })
  expect(expected).toBe(root.etag)
  const { epoch, externalBefore, revoked, ...rest } = cutoffIn(root)
  expect(body).toMatchObject({ ...rest, revoked: { id: 'mine' }, externalBefore: NOW })
  expect(body.epoch).not.toBe(epoch)
})

test('the cutoff of a subject is retained as long as a token, even where sessions last longer', async () => {
  const { record } = await written(planned(subject, [root], {}, { session: 5 * HOUR }))
  expect(record.retainUntil).toBe(retainCutoff(policy, NOW, 3 * HOUR))
})

test('on an evicting store without a root record, a revocation of everything makes it', async () => {
  const plan = planned(global, [], {}, { missingMeansRefused: true })
  const { record, expected, body } = await written(plan)
  expect(record.kind).toBe('root')
  expect(expected).toBeNull()
  expect(body).toMatchObject({ revoked: { id: 'mine' }, maxLifetimes: [{ since: 0, ms: HOUR }] })
})

test('the error of a revocation names the corrupt record that keeps it from happening', () => {
  const corrupt = [{ ...root, body: 'no JSON' }, cutoff({}, { body: 'no JSON' })] as const
  const access = { kind: 'access' } as const
  expect(() => planned(global, corrupt, access)).toThrow(/^The root record/)
  expect(() => planned(subject, [root, corrupt[1]], access)).toThrow(/^The cutoff of the subject/)
})

test('a corrupt cutoff of a session is retained as long as a session that begins now', async () => {
  const target = { scope: 'session', key: 'cutoff', sessionKey: 's' } as const
  const corrupt = cutoff({}, { body: 'no JSON', retainUntil: 1 })
  const plan = planned(target, [root, corrupt], {}, { session: 5 * HOUR })
  expect((await written(plan)).record.retainUntil).toBe(retainToken(policy, NOW + 5 * HOUR))
})

const OTHERS = { at: NOW, id: 'other', reason: 'stolen' }
const revokedByOthers = cutoff(
  { epoch: 'new', accessEpoch: 'new', externalBefore: NOW, revoked: OTHERS },
  { retainUntil: NOW + 99 * HOUR },
)
const COVERED = { first: false, at: NOW, note: { reason: 'stolen' } }

test('another call that has replaced a corrupt cutoff meanwhile has revoked for this one', () => {
  const plan = attempts(subject)
  expect(plan([root, cutoff({}, { body: 'no JSON' })])).toHaveProperty('write')
  expect(plan([root, revokedByOthers])).toMatchObject({ done: COVERED })
})

const evicting = { missingMeansRefused: true }

test('on an evicting store, another call that has replaced the epoch has revoked for this one', () => {
  const plan = attempts(subject, {}, evicting)
  expect(plan([root, cutoff({ epoch: 'old', accessEpoch: 'old' })])).toHaveProperty('write')
  expect(plan([root, revokedByOthers])).toMatchObject({ done: COVERED })
})

test('on an evicting store, a cutoff that was missing at first is revoked anew', async () => {
  const plan = attempts(subject, {}, evicting)
  expect(plan([root])).toHaveProperty('write')
  const { body, result } = await written(plan([root, revokedByOthers]))
  expect(body.epoch).not.toBe('new')
  expect(result).toMatchObject({ first: true, note: { reason: 'lost' } })
})

test('a cutoff that was evicted and created again meanwhile is revoked since the call', async () => {
  const plan = attempts(subject, {}, evicting)
  expect(plan([root, cutoff({ epoch: 'old', accessEpoch: 'old' })])).toHaveProperty('write')
  const created = cutoff({ epoch: 'new', accessEpoch: 'new' })
  const { body, result } = await written(plan([root, created]))
  expect(body).toEqual({ epoch: 'new', accessEpoch: 'new', externalBefore: NOW })
  expect(result).toEqual({ revoked: true, target: 'subject', first: false, at: NOW - 1 })
})

test.each([
  ['of tokens that were never revoked', {}],
  ['after an earlier one', { accessRevoked: { at: 5, reason: 'long ago' } }],
])('a revocation of access tokens %s reports what covers it', (_, before) => {
  const plan = attempts(subject, { kind: 'access' })
  const seen = { epoch: 'old', accessEpoch: 'a', ...before }
  expect(plan([root, cutoff(seen)])).toHaveProperty('write')
  const covering = { ...seen, epoch: 'new', externalBefore: NOW, revoked: OTHERS }
  const covered = plan([root, cutoff(covering, { retainUntil: NOW + 99 * HOUR })])
  expect(covered).toMatchObject({ done: COVERED })
})
