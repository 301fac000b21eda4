import { describe, expect, test } from 'vitest'
import type { StoredRecord } from '../src/adapter.ts'
import { bodyOf, isUsable } from '../src/records/body.ts'
import { decodeCutoff } from '../src/records/cutoff.ts'
import { decodeAny } from '../src/records/decode.ts'
import { fromStoredEpochs } from '../src/records/epochs.ts'
import { encodeBody, nextRecord } from '../src/records/make-record.ts'
import { assertReadable } from '../src/records/readable.ts'
import { decodeRoot, formatOf } from '../src/records/root.ts'
import { loaded, root, session } from './decision-inputs.ts'
import { recordOf } from './map-repository.ts'

function cutoff(more: Partial<StoredRecord> = {}): StoredRecord {
  return recordOf(1, { kind: 'cutoff', body: '{"epoch":"e"}', ...more })
}

describe('a record is corrupt', () => {
  test.each<[string, Partial<Record<keyof StoredRecord, unknown>>]>([
    ['of another kind', { kind: 'token' }],
    ['with an unknown state', { state: 'toString' }],
    ['whose etag is no text', { etag: 7 }],
    ['whose groups are no list', { groups: 'g' }],
    ['without the time of its creation', { createdAt: Number.NaN }],
    ['without the time of its end', { expiresAt: '1' }],
    ['without the end of its retention', { retainUntil: Number.POSITIVE_INFINITY }],
    ['whose body is no JSON', { body: '{' }],
    ['whose body is a list', { body: '[]' }],
    ['whose body has a member of another type', { body: '{"epoch":1}' }],
  ])('%s', (_, more) => {
    expect(decodeCutoff(cutoff(more as Partial<StoredRecord>))).toBe('corrupt')
  })

  test('of no known kind', () => {
    expect(decodeAny(cutoff({ kind: 'corrupt' }))).toBe('corrupt')
    expect(decodeAny(cutoff())).toMatchObject({ body: { epoch: 'e' } })
  })

  test('if it is the root record and allows no lifetime', () => {
    const of = (maxLifetimes: unknown) =>
      decodeRoot(recordOf(1, { kind: 'root', body: JSON.stringify({ ...root, maxLifetimes }) }))
    expect(of([])).toBe('corrupt')
    expect(of(root.maxLifetimes)).toMatchObject({ body: root })
    expect(of('none')).toBe('corrupt')
    expect(decodeRoot(null)).toBeNull()
  })
})

const info = { at: 1, reason: 'r', actor: 'a', sealed: 's', id: 'i' }
const cutoffBody = {
  epoch: 'e',
  accessEpoch: 'a',
  notBefore: 1,
  externalBefore: 2,
  revoked: info,
  accessRevoked: info,
}
const rotation = { generation: 1, at: 5, expiresAt: 6, id: 'r' }
const sealedBody = { sealed: 's', dataId: 'd' }

describe('every member of a body is kept, and must have its type', () => {
  test.each<[StoredRecord['kind'], object, (string | number)[][]]>([
    ['cutoff', cutoffBody, [['revoked', 'at']]],
    [
      'root',
      {
        ...root,
        ...cutoffBody,
        issuer: 'i',
        leases: [{ since: 0, ms: 1 }],
        sealingKeys: [{ id: 'k', since: 2 }],
      },
      [['leases', 0, 'ms'], ['sealingKeys', 0, 'id'], ['maxLifetimes', 0, 'since'], ['format']],
    ],
    [
      'session',
      {
        ...session(2, [rotation], { wayPoint: { generation: 1, at: 4 } }),
        ...sealedBody,
      },
      [['rotations', 0, 'expiresAt'], ['wayPoint', 'at'], ['generation'], ['sealed']],
    ],
    [
      'token',
      {
        id: 'x',
        issuedAt: 1,
        loginAt: 2,
        e: { u: 'e' },
        a: { u: 'a' },
        consumed: { at: 1, id: 'c', idempotency: 'k' },
        revoked: info,
        ...sealedBody,
      },
      [['consumed', 'at'], ['revoked', 'at'], ['issuedAt'], ['dataId']],
    ],
  ])('of a %s', (kind, body, paths) => {
    const decoded = (of: object) => decodeAny(recordOf(1, { kind, body: JSON.stringify(of) }))
    expect(decoded(body)).toMatchObject({ body })
    for (const path of paths) {
      const changed = structuredClone(body) as Record<string | number, unknown>
      const parent = path
        .slice(0, -1)
        .reduce<typeof changed>((at, name) => at[name] as never, changed)
      parent[path.at(-1) ?? ''] = { not: 'this' }
      expect(decoded(changed), path.join()).toBe('corrupt')
    }
  })
})

describe('a body', () => {
  test('is decoded again for another record, and cannot be changed', () => {
    const found = [cutoff(), cutoff({ etag: 'other' })].map(decodeCutoff)
    expect(found).toMatchObject([{ record: { etag: 'etag-1' } }, { record: { etag: 'other' } }])
    for (const each of found) expect(Object.isFrozen(bodyOf(each))).toBe(true)
    const second = cutoff({ body: '{"epoch":"f"}' })
    expect(bodyOf(decodeCutoff(second))).toEqual({ epoch: 'f' })
  })

  test('that is missing or corrupt is not usable', () => {
    expect([null, 'corrupt' as const, undefined].map(isUsable)).toEqual([false, false, false])
    expect(isUsable(loaded({}))).toBe(true)
    expect(bodyOf('corrupt')).toBeUndefined()
    expect(decodeCutoff(null)).toBeNull()
  })

  test('is printable ASCII, which JSON decodes unchanged', () => {
    const body = { text: 'é\u007f\u0007 ~ 😀' }
    expect(encodeBody(body)).toBe(String.raw`{"text":"\u00e9\u007f\u0007 ~ \ud83d\ude00"}`)
    expect(JSON.parse(encodeBody(body))).toEqual(body)
  })
})

test.each([
  [{ format: 2 }, 2],
  [{ format: 2.5 }, null],
  [{ format: '2' }, null],
  [{}, null],
  [null, null],
])('the format of a root record with the body %j is %j', (body, format) => {
  expect(formatOf(recordOf(1, { body: JSON.stringify(body) }))).toBe(format)
})

test('a root record that is missing has no format', () => {
  expect([formatOf(null), formatOf(undefined)]).toEqual([null, null])
})

test('only a token with both kinds of epochs was issued under epochs', () => {
  const e = { u: 'e' }
  const a = { u: 'a' }
  expect(fromStoredEpochs({ e, a })).toEqual({ epochs: e, accessEpochs: a })
  expect([fromStoredEpochs({ e }), fromStoredEpochs({ a })]).toEqual([null, null])
})

test('the next version has another etag, a state that advances, and no shorter retention', () => {
  const found = loaded({ a: 1 }, 'consumed')
  const { retainUntil } = found.record
  const next = nextRecord(found, { a: 2 })
  expect(next).toEqual({ ...found.record, etag: next.etag, body: '{"a":2}' })
  expect(next.etag).toMatch(/^[\w-]{22}$/)
  expect(nextRecord(found, { a: 2 }, { state: 'revoked' }).state).toBe('revoked')
  expect(nextRecord(found, { a: 2 }, { state: 'active' }).state).toBe('consumed')
  const retained = (ms: number) => nextRecord(found, { a: 2 }, { retainUntil: ms }).retainUntil
  expect([retained(retainUntil - 1), retained(retainUntil + 1)]).toEqual([
    retainUntil,
    retainUntil + 1,
  ])
})

describe('a record is sent', () => {
  test.each<[string, Partial<StoredRecord>]>([
    ['of the earliest times', { createdAt: 0, expiresAt: 0, retainUntil: 0 }],
    ['with the longest etag', { etag: '~'.repeat(64) }],
    ['with groups of letters', { groups: ['a_-9', 'b'] }],
  ])('%s', (_, more) => {
    expect(() => assertReadable(cutoff(more))).not.toThrow()
  })
})

describe('a record is not sent', () => {
  test.each<[string, Partial<StoredRecord>]>([
    ['with a negative time', { createdAt: -1 }],
    ['with a time that is no integer', { expiresAt: 0.5 }],
    ['with a time that is no number', { retainUntil: Number.NaN }],
    ['without an etag', { etag: '' }],
    ['with an etag that is too long', { etag: '~'.repeat(65) }],
    ['with a blank in the etag', { etag: 'a b' }],
    ['with a blank before the etag', { etag: ' a' }],
    ['with a body that is not ASCII', { body: '{"epoch":"é"}' }],
    ['with a body of two lines', { body: '{"epoch":\n"e"}' }],
    ['with a group that is no word', { groups: ['a', 'b c'] }],
    ['with an empty group', { groups: [''] }],
    ['with a group that ends otherwise', { groups: ['b,'] }],
    ['with a group that begins otherwise', { groups: [',b'] }],
    ['with a body that cannot be decoded', { body: '{"epoch":1}' }],
  ])('%s', (_, more) => {
    expect(() => assertReadable(cutoff(more))).toThrow(
      expect.objectContaining({ code: 'TOKENWARD_INVALID_INPUT', path: '' }),
    )
  })
})
