import { expect, test } from 'vitest'
import type { StoredRecord } from '../src/adapter.ts'
import { generateSealingKey, type Tokenward } from '../src/index.ts'
import { headerOf } from '../src/sealing/header.ts'
import { ADA, DAY, instance, MINUTE } from './instance.ts'
import { mapRepository } from './map-repository.ts'
import {
  invalid,
  KEYS_UNAVAILABLE,
  optionOf,
  recordOfKind,
  sealedOf,
  sealing,
  testKms,
  UNSUPPORTED,
} from './sealing/fixtures.ts'

const OLD = { ...generateSealingKey(), kid: 'old' }
const NEW = { ...generateSealingKey(), kid: 'new' }
const DATA = { ...ADA, data: { a: 1 } }

/** A store with what the old key has sealed, and an instance whose current key is the new one. */
async function rotated(options: object = {}) {
  const made = await sealing({ sealing: [OLD], ...options })
  const { tokens: old, another } = made
  const login = await old.issue(DATA)
  const revoked = await old.issue(DATA)
  await old.revoke({ session: revoked.session }, { reason: 'lost phone' })
  await old.revoke({ subject: 'bob' }, { reason: 'left' })
  await old.revoke({ subject: 'bob' }, { reason: 'privileges', only: 'access' })
  const tokens = await another({ ...options, sealing: [NEW, OLD] })
  return { ...made, old, tokens, login, revoked }
}

/** The ids of the keys of all sealed texts, however deep in a body. */
function keyIdsIn(records: Iterable<StoredRecord>): (string | undefined)[] {
  return [...records].flatMap(({ body }) =>
    [...body.matchAll(/"sealed":"([^"]+)"/g)].map(([, text = '']) => headerOf(text)?.kid),
  )
}

test('reseal moves everything to the current key, and changes nothing else', async () => {
  const { records, tokens, login, revoked } = await rotated()
  const before = new Map(records)
  // Two sessions and two access tokens, and three notes.
  expect(keyIdsIn(records.values())).toEqual(Array(7).fill('old'))
  expect(await tokens.reseal()).toEqual({
    scanned: records.size,
    resealed: 6,
    unreadable: 0,
    keys: { new: 7 },
  })
  expect(keyIdsIn(records.values())).toEqual(Array(7).fill('new'))
  for (const record of records.values()) {
    const { etag: _, body, ...fields } = record
    const { etag: __, body: bodyBefore = '', ...fieldsBefore } = before.get(record.key) ?? {}
    expect(fields).toEqual(fieldsBefore)
    if (record.kind !== 'root') expect(withoutTexts(body)).toEqual(withoutTexts(bodyBefore))
  }
  expect(await tokens.reseal()).toMatchObject({ resealed: 0, keys: { new: 7 } })
  expect(await tokens.data({ session: login.session })).toMatchObject({ data: { a: 1 } })
  expect(await tokens.explain(revoked.accessToken)).toMatchObject({
    reason: 'revoked',
    note: { reason: 'lost phone' },
  })
})

function withoutTexts(body: string): unknown {
  return JSON.parse(body.replace(/"sealed":"[^"]+"/g, '"sealed":""'))
}

test('a dry run counts by key, and writes nothing', async () => {
  const { records, tokens, another } = await rotated()
  const before = [...records.values()]
  const counted = { scanned: records.size, resealed: 6, unreadable: 0, keys: { old: 7 } }
  expect(await tokens.reseal({ dryRun: true })).toEqual(counted)
  const onlyNew = await another({ sealing: NEW })
  const missing = { ...counted, resealed: 0, unreadable: 7 }
  expect(await onlyNew.reseal({ dryRun: true })).toEqual(missing)
  expect([...records.values()]).toEqual(before)
})

test('what cannot be opened is counted, keeps its text, and ends nothing', async () => {
  const { records, tokens } = await rotated()
  const session = recordOfKind(records, 'session')
  const text = sealedOf(session)
  const other = text.replace(/.$/, (last) => (last === 'A' ? 'Q' : 'A'))
  records.set(session.key, { ...session, body: session.body.replace(text, other) })
  expect(await tokens.reseal()).toMatchObject({
    resealed: 5,
    unreadable: 1,
    keys: { new: 6, old: 1 },
  })
  expect(sealedOf(recordOfKind(records, 'session'))).toBe(other)
})

test('a limit and its cursor lead through the whole store', async () => {
  const { records, tokens } = await rotated()
  const progress: unknown[] = []
  let cursor: string | undefined
  let resealed = 0
  for (let calls = 0; calls < 20; calls++) {
    const options = { limit: 2, ...(cursor && { cursor }) }
    const done = await tokens.reseal({ ...options, onProgress: (each) => progress.push(each) })
    expect(done.scanned).toBeLessThanOrEqual(2)
    resealed += done.resealed
    cursor = done.cursor
    if (cursor === undefined) break
  }
  expect([resealed, cursor]).toEqual([6, undefined])
  expect(keyIdsIn(records.values())).toEqual(Array(7).fill('new'))
  expect(progress[0]).toEqual({ scanned: 2, resealed: expect.any(Number) })
})

test('nothing is lost beside rotations, changes of data and revocations', async () => {
  const { tokens, old, login, revoked } = await rotated()
  const lastly = await Promise.all([
    tokens.reseal(),
    ...Array.from({ length: 5 }, (_, i) =>
      (i % 2 === 0 ? old : tokens)
        .updateData({ session: login.session }, (data) => ({ ...data, [`n${i}`]: i }))
        .catch((error) => error),
    ),
    tokens.rotate(login.refreshToken),
    old.revoke({ session: revoked.session }),
  ])
  expect(lastly[0]).toMatchObject({ unreadable: 0 })
  const stored = await tokens.data({ session: login.session })
  expect(stored).toMatchObject({ generation: 2, active: true })
  // An instance without the new key reports what it cannot open, and changes nothing.
  const done = lastly.slice(1, 6).filter((each) => 'updated' in each && each.updated)
  const members = Object.keys((stored as { data: object }).data)
  expect(members).toHaveLength(1 + done.length)
  expect(await tokens.verify(revoked.accessToken)).toMatchObject({ reason: 'revoked' })
})

test('a rotation moves its session to the current key', async () => {
  const { records, tokens, login } = await rotated()
  await tokens.rotate(login.refreshToken)
  const ofLogin = [...records.values()].find(({ body }) => body.includes('"generation":2'))
  if (ofLogin === undefined) throw new Error('the session was not rotated')
  expect(headerOf(sealedOf(ofLogin))?.kid).toBe('new')
  expect(await tokens.data({ session: login.session })).toMatchObject({ data: { a: 1 } })
})

test('an instance without keys carries the text of a rotated session along', async () => {
  const { records, clock, tokens, login } = await rotated()
  const repository = mapRepository(records)
  const { tokens: verifier } = await instance({ repository, clock: clock.read })
  expect(await verifier.rotate(login.refreshToken)).toMatchObject({ active: true })
  expect(await tokens.data({ session: login.session })).toMatchObject({ data: { a: 1 } })
})

test('a text that is too large with the header of the current key stays, and the session rotates', async () => {
  const key = generateSealingKey()
  const inner = mapRepository()
  const repository = { ...inner, capabilities: { ...inner.capabilities, maxBodyBytes: 16_384 } }
  const { tokens: old, clock } = await instance({ repository, sealing: key })
  const { refreshToken, session } = await old.issue({ ...ADA, data: { d: 'x'.repeat(6_000) } })
  const pad = (bytes: Uint8Array) => Buffer.concat([bytes, Buffer.alloc(4_064)])
  const kms = { id: 'kms', wrap: pad, unwrap: (wrapped: Uint8Array) => wrapped.slice(0, 32) }
  const { tokens } = await instance({ repository, clock: clock.read, sealing: [kms, key] })
  expect(await tokens.rotate(refreshToken)).toMatchObject({ active: true })
  expect(await old.data({ session })).toMatchObject({ data: { d: 'x'.repeat(6_000) } })
})

test('records that are pruned soon are not written', async () => {
  const { tokens, clock, records } = await rotated({ lifetimes: { session: '1d', refresh: '1d' } })
  clock.now += DAY + MINUTE
  const before = recordOfKind(records, 'session')
  expect(await tokens.reseal()).toMatchObject({ scanned: records.size })
  expect(recordOfKind(records, 'session')).toEqual(before)
})

test('a KMS that fails rejects, and the next call continues', async () => {
  const kms = testKms()
  const { another, records } = await sealing({ sealing: OLD })
  const old = await another({ sealing: OLD })
  await old.issue(DATA)
  const tokens = await another({ sealing: [optionOf(kms), OLD] })
  kms.failure = () => Promise.reject(new Error('away'))
  await expect(tokens.reseal()).rejects.toMatchObject(KEYS_UNAVAILABLE)
  kms.failure = null
  await new Promise((resolve) => setImmediate(resolve))
  // No write happens after the call has rejected.
  expect(keyIdsIn(records.values())).toEqual(['old', 'old'])
  expect(await tokens.reseal()).toMatchObject({ resealed: 2, keys: { kms: 2 } })
})

test('reseal needs a store that can list, and its options are checked', async () => {
  const { tokens: plain } = await instance({ sealing: NEW })
  await expect(plain.reseal()).rejects.toMatchObject(UNSUPPORTED)
  const { tokens } = await sealing()
  const wrong = (options: object, path: string) =>
    expect(tokens.reseal(options as Parameters<Tokenward['reseal']>[0])).rejects.toMatchObject(
      invalid(path),
    )
  await wrong({ limit: 0 }, 'options.limit')
  await wrong({ onProgress: 1 }, 'options.onProgress')
  await wrong({ cursor: '' }, 'options.cursor')
})
