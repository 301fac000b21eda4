import type { StoredRecord } from '@tokenward/core/adapter'
import { expect, test } from 'vitest'
import { Keys } from '../src/keys.ts'
import { toRecord, toValue } from '../src/records.ts'
import { decode, writeAll } from '../src/requests.ts'

const record: StoredRecord = {
  key: 'a'.repeat(24),
  kind: 'token',
  state: 'active',
  etag: 'one',
  createdAt: 1,
  expiresAt: 2,
  retainUntil: 3,
  groups: [],
  body: '{}',
}
const keys = new Keys('default')

/** Whether etcd finds the comparisons of a write true for a stored value: it compares bytes. */
function isReplaced(expected: string, stored: string): boolean {
  const [operation] = writeAll(keys, [{ record, expected }]).success ?? []
  const compare = operation && 'request_txn' in operation ? operation.request_txn.compare : []
  return (compare ?? []).every(({ result, value = '' }) => {
    const order = Buffer.compare(Buffer.from(stored), Buffer.from(decode(value)))
    return result === 'GREATER' ? order > 0 : order < 0
  })
}

test('a value is replaced if its etag, and not the start of its etag, is the expected one', () => {
  expect(isReplaced('one', toValue(record))).toBe(true)
  for (const etag of ['on', 'one!', 'one1', 'ones', 'onf', 'two', 'One', '!']) {
    expect(isReplaced('one', toValue({ ...record, etag })), etag).toBe(false)
    expect(isReplaced(etag, toValue(record)), etag).toBe(false)
  }
})

test('a value is read as the record that was written', () => {
  expect(toRecord(record.key, { value: toValue(record), revision: '7' })).toEqual(record)
})

test('what cannot be decoded is a corrupt record, with its etag or with its revision', () => {
  const kindOf = (value: string) => toRecord(record.key, { value, revision: '7' })
  expect(kindOf('one damaged')).toMatchObject({ kind: 'corrupt', etag: 'one' })
  expect(kindOf('\u0000\u0001')).toMatchObject({ kind: 'corrupt', etag: 'revision:7' })
  expect(kindOf('')).toMatchObject({ kind: 'corrupt', etag: 'revision:7' })
  const [operation] = writeAll(keys, [{ record, expected: 'revision:7' }]).success ?? []
  expect(operation).toMatchObject({
    request_txn: { compare: [{ target: 'MOD', result: 'EQUAL', mod_revision: '7' }] },
  })
})

test('no namespace is the start of another, and times are in the order of their bytes', () => {
  expect(new Keys('a').record('k').startsWith(new Keys('a/r').record('').slice(0, 12))).toBe(false)
  expect(new Keys('ab').record('k')).not.toContain(new Keys('a').record(''))
  const [from, to] = keys.retainedUpTo(999)
  for (const [at, isPast] of [
    [1, true],
    [999, true],
    [1_000, false],
    [10_000, false],
  ] as const) {
    const entry = keys.retention(at, 'k')
    expect(entry >= from && entry < to, String(at)).toBe(isPast)
    expect(keys.keyOf(entry)).toBe('k')
  }
})
