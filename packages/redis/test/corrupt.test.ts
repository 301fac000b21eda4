import { HOUR } from '@tokenward/conformance/harness'
import { encodeRecord, type StoredRecord } from '@tokenward/core/adapter'
import type { Redis } from 'ioredis'
import { describe, expect, inject, test } from 'vitest'
import { client, deadline, etag, key, prepared, record, SHARD, scattered } from './support.ts'

const whole = record(1, { groups: ['g1'], body: '{"a":1}' })
const line = encodeRecord(whole)

/** Each stores another value in place of the record. */
const damages: Record<string, (redis: Redis, name: string) => Promise<unknown>> = {
  'an empty string': (redis, name) => redis.set(name, ''),
  'any text': (redis, name) => redis.set(name, 'broken'),
  'the beginning of a record': (redis, name) => redis.set(name, '3 t a'),
  'another version': (redis, name) => redis.set(name, line.replace('3', '2')),
  'an unknown kind': (redis, name) => redis.set(name, line.replace(' t ', ' x ')),
  'a body with DEL in it': (redis, name) => redis.set(name, `${line}\x7f`),
  'a body with a line feed at its end': (redis, name) => redis.set(name, `${line}\n`),
  'a body with NUL in it': (redis, name) => redis.set(name, `${line}\0{}`),
  'a body in UTF-8': (redis, name) => redis.set(name, `${line}é`),
  'bytes that are not UTF-8': (redis, name) =>
    redis.set(name, Buffer.concat([Buffer.from(line), Buffer.from([0xff, 0xfe, 0xc3])])),
  'an etag that is too long': (redis, name) =>
    redis.set(name, line.replace(whole.etag, 'e'.repeat(65))),
  'a createdAt that is too long': (redis, name) =>
    redis.set(name, line.replace(String(whole.createdAt), '9'.repeat(17))),
  'an expiresAt that is too long': (redis, name) =>
    redis.set(name, line.replace(String(whole.expiresAt), '9'.repeat(17))),
  'a retainUntil that is too long': (redis, name) =>
    redis.set(name, line.replace(String(whole.retainUntil), '9'.repeat(17))),
  'a group with a dot': (redis, name) => redis.set(name, line.replace(' g1 ', ' g.1 ')),
  'a list': (redis, name) => redis.rpush(name, 'a', 'b'),
  'a hash': (redis, name) => redis.hset(name, 'a', 'b'),
  'a sorted set': (redis, name) => redis.zadd(name, 1, 'b'),
  'a stream': (redis, name) => redis.xadd(name, '*', 'a', 'b'),
}

async function stage() {
  const namespace = crypto.randomUUID()
  const repository = await prepared(inject('redis'), { namespace })
  const [first, other] = [record(1, { groups: ['g1'] }), record(2, { groups: ['g1'] })]
  const inserted = [first, other].map((record) => ({ record, expected: null }))
  await repository.write(inserted, deadline())
  const name = `tokenward:{${namespace}:${SHARD}}:${key(1)}`
  const operator = client()
  const read = async () => (await repository.read([key(2), key(1), key(3)], deadline()))[1]
  return { namespace, repository, first, other, name, operator, read }
}

describe.each(Object.entries(damages))('%s in place of a record', (_, damage) => {
  test('is read as a corrupt record, which a write replaces', async () => {
    const { repository, first, other, name, operator } = await stage()
    await operator.del(name)
    await damage(operator, name)
    const answers = await repository.read([key(2), key(1), key(3)], deadline())
    expect(answers).toEqual([
      other,
      expect.objectContaining({ key: key(1), kind: 'corrupt' }),
      null,
    ])
    const corrupt = answers[1] as StoredRecord
    expect(corrupt.etag).toMatch(/^[!-~]{1,64}$/)
    const revoked = record(1, { state: 'revoked', groups: ['g1'] })
    for (const expected of [null, etag(), first.etag, 'broken', '']) {
      const wrong = repository.write([{ record: revoked, expected }], deadline())
      expect(await wrong, String(expected)).toEqual([false])
    }
    const next = record(2, { groups: ['g1'] })
    const both = [
      { record: revoked, expected: corrupt.etag },
      { record: next, expected: other.etag },
    ]
    expect(await repository.write(both, deadline())).toEqual([true, true])
    expect(await repository.write(both, deadline()), 'a repeated write').toEqual([true, true])
    expect(await repository.read([key(1), key(2)], deadline())).toEqual([revoked, next])
    expect(await repository.list('g1', null, 9, deadline())).toEqual([revoked, next])
  })

  test('is listed as corrupt at its place, and pruned like any record', async () => {
    const { namespace, repository, first, other, name, operator } = await stage()
    await operator.del(name)
    await damage(operator, name)
    for (const group of ['g1', null]) {
      const listed = await repository.list(group, null, 9, deadline())
      const { createdAt } = first
      expect(listed).toMatchObject([{ key: key(1), kind: 'corrupt', createdAt }, other])
      const [corrupt] = listed as [StoredRecord]
      expect(await repository.list(group, corrupt, 9, deadline())).toEqual([other])
    }
    expect(await repository.prune(Date.now(), 9, false, deadline())).toBe(0)
    const later = Date.now() + HOUR
    expect(await repository.prune(later, 9, true, deadline())).toBe(2)
    expect(await repository.prune(later, 9, false, deadline())).toBe(2)
    expect(await operator.keys(`tokenward:{${namespace}:*`)).toEqual([])
  })
})

test('another corrupt value has another etag', async () => {
  const { repository, name, operator, read } = await stage()
  await operator.set(name, Buffer.from([0xff]))
  const before = await read()
  await operator.set(name, Buffer.from([0xfe]))
  const late = [{ record: record(1), expected: before?.etag ?? '' }]
  expect(await repository.write(late, deadline())).toEqual([false])
  const now = await read()
  expect(now?.etag).not.toBe(before?.etag)
  const write = [{ record: record(1), expected: now?.etag ?? '' }]
  expect(await repository.write(write, deadline())).toEqual([true])
})

test('a value under a key that never had a record is listed once it is replaced', async () => {
  const { namespace, repository, operator } = await stage()
  await operator.rpush(`tokenward:{${namespace}:${SHARD}}:${key(3)}`, 'a')
  const [corrupt] = await repository.read([key(3)], deadline())
  const revoked = record(3, { groups: ['g2'] })
  const write = [{ record: revoked, expected: corrupt?.etag ?? '' }]
  expect(await repository.write(write, deadline())).toEqual([true])
  expect(await repository.list('g2', null, 9, deadline())).toEqual([revoked])
  expect(await repository.prune(Date.now() + HOUR, 9, true, deadline())).toBe(3)
})

describe('an index that was replaced by a string', () => {
  test('stops no write; list() rejects with help, and prune() continues with the other shards', async () => {
    const { namespace, repository, first, operator } = await stage()
    for (const set of ['index', 'retention']) {
      await operator.set(`tokenward:{${namespace}:${SHARD}}:${set}`, 'broken')
    }
    const far = record(3, { key: scattered(3) })
    const revoked = record(1, { state: 'revoked', groups: ['g1'] })
    const writes = [
      { record: revoked, expected: first.etag },
      { record: record(4, { groups: ['g1', 'g2'] }), expected: null },
      { record: far, expected: null },
    ]
    expect(await repository.write(writes, deadline())).toEqual([true, true, true])
    expect(await repository.read([key(1)], deadline())).toEqual([revoked])
    await expect(repository.list(null, null, 9, deadline())).rejects.toThrow('delete that key')
    expect(await repository.prune(Date.now() + HOUR, 9, true, deadline())).toBe(1)
    expect(await repository.prune(Date.now() + HOUR, 9, false, deadline())).toBe(1)
  })
})

test('an unreadable preparation note is ignored, and stored again by migrate()', async () => {
  const { namespace, repository, operator } = await stage()
  const note = `tokenward:{${namespace}}`
  const right = await operator.get(note)
  for (const wrong of ['broken', '[]', 'null', '{"runIds":1}', '\xff']) {
    await operator.set(note, wrong)
    expect(await repository.open(), wrong).toEqual([])
    await repository.migrate(false)
    expect(await operator.get(note), wrong).toBe(right)
  }
  await operator.del(note)
  await operator.rpush(note, 'a')
  expect(await repository.open()).toEqual([])
  await repository.migrate(false)
  expect(await operator.get(note)).toBe(right)
})

test('the script and read() agree on the etag, whichever byte is corrupt', async () => {
  const { namespace, repository, operator } = await stage()
  const bytes = Buffer.from(line)
  const broken = [0x00, 0x20, 0x31, 0x7f, 0xff].flatMap((byte) =>
    Array.from(bytes, (_, at) => Buffer.from(bytes).fill(byte, at, at + 1)),
  )
  const keys = broken.map((_, n) => key(n + 10))
  const stored = keys.map((key, i) =>
    operator.set(`tokenward:{${namespace}:${SHARD}}:${key}`, broken[i] as Buffer),
  )
  await Promise.all(stored)
  const found = await repository.read(keys, deadline())
  expect(new Set(found.map((record) => record?.kind))).toEqual(new Set(['token', 'corrupt']))
  const writes = found.map((each, i) => ({ record: record(i + 10), expected: each?.etag ?? '' }))
  const answers = await repository.write(writes, deadline())
  expect(broken.filter((_, i) => answers[i] !== true).map(String)).toEqual([])
})

test('records of another namespace are not found, and a write does not change them', async () => {
  const [a, b] = [await prepared(), await prepared()]
  const otherRecord = record(1)
  await b.write([{ record: otherRecord, expected: null }], deadline())
  expect(await a.read([key(1)], deadline())).toEqual([null])
  const revoked = record(1, { state: 'revoked' })
  expect(await a.write([{ record: revoked, expected: otherRecord.etag }], deadline())).toEqual([
    false,
  ])
  expect(await b.read([key(1)], deadline())).toEqual([otherRecord])
  expect(await a.write([{ record: revoked, expected: null }], deadline())).toEqual([true])
  expect(await b.read([key(1)], deadline())).toEqual([otherRecord])
  expect(await a.prune(Date.now() + HOUR, 9, false, deadline())).toBe(1)
  expect(await b.read([key(1)], deadline())).toEqual([otherRecord])
})
