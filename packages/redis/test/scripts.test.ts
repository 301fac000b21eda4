// The scripts by themselves, and on servers that refuse one of their commands.
import { randomUUID } from 'node:crypto'
import { HOUR } from '@tokenward/conformance/harness'
import { describe, expect, inject, test } from 'vitest'
import { KeyNames, prefixOf } from '../src/keys.ts'
import { pruneCall, writeCall } from '../src/records.ts'
import { PRUNE, READ_ALL, type Script, type ScriptCall, WRITE } from '../src/scripts.ts'
import { client, connect, deadline, etag, key, prepared, record, SHARD } from './support.ts'

async function stage() {
  const namespace = randomUUID()
  const repository = await prepared(inject('redis'), { namespace })
  const names = new KeyNames(namespace)
  const operator = client()
  const run = ({ text }: Script, { keys, args }: ScriptCall) =>
    operator.call('EVAL', [text, keys.length, ...keys, ...args])
  /** A repository of an account that has lost a right of its own. */
  const without = async (...right: string[]) => {
    const username = `user-${randomUUID()}`
    const account = (...rules: string[]) =>
      operator.acl('SETUSER', username, ...(rules as [string]))
    await account('on', '>secret', `~${prefixOf(namespace)}*`, '&*', '+@all')
    const url = Object.assign(new URL(inject('redis')), { username, password: 'secret' }).href
    const limited = connect(url, { namespace })
    await limited.open()
    await account(...right)
    return limited
  }
  const entries = () => operator.zrange(names.retention(SHARD), '0', '-1')
  return { repository, names, operator, run, without, entries }
}

describe('a write whose account may not run', () => {
  test.each(['get', 'time', 'zadd', 'set'])('%s rejects, and changes nothing', async (command) => {
    const { repository, without } = await stage()
    const first = record(1, { groups: ['g1'] })
    await repository.write([{ record: first, expected: null }], deadline())
    const limited = await without(`-${command}`)
    const revoked = record(1, { state: 'revoked', groups: ['g1'] })
    const writes = [
      { record: revoked, expected: first.etag },
      { record: record(2), expected: null },
    ]
    for (const write of writes)
      await expect(limited.write([write], deadline())).rejects.toThrow('lacks a right')
    expect(await repository.read([key(1), key(2)], deadline())).toEqual([first, null])
  })

  test('PUBLISH on the channel stores the record all the same', async () => {
    const { repository, without } = await stage()
    const limited = await without('resetchannels')
    const inserted = record(1)
    expect(await limited.write([{ record: inserted, expected: null }], deadline())).toEqual([true])
    expect(await repository.read([key(1)], deadline())).toEqual([inserted])
  })
})

test('a stored record is published on the channel of its namespace', async () => {
  const { repository, names } = await stage()
  const subscriber = client()
  await subscriber.subscribe(names.channel)
  const received = Promise.withResolvers<string>()
  subscriber.on('message', (_, message) => received.resolve(message))
  await repository.write([{ record: record(1), expected: null }], deadline())
  expect(await received.promise).toBe(key(1))
})

test('fields of the greatest lengths are those of a record, which its etag replaces', async () => {
  const { repository } = await stage()
  const last = 8_640_000_000_000_000
  const longest = record(1, {
    etag: etag().padEnd(64, 'e'),
    createdAt: last,
    expiresAt: last,
    retainUntil: last,
  })
  await repository.write([{ record: longest, expected: null }], deadline())
  const write = [{ record: record(1), expected: longest.etag }]
  expect(await repository.write(write, deadline())).toEqual([true])
})

test('a record is written until the last minute before it would expire', async () => {
  const { names, run, operator } = await stage()
  // The clock of the server shows fractions of a second, which must not count as more.
  for (let n = 0; n < 5; n++) {
    const [seconds] = await operator.time()
    const call = writeCall({ record: record(n), expected: null }, names)
    const args = call.args.with(6, Number(seconds) * 1_000 + 60_000)
    expect(await run(WRITE, { ...call, args })).toBe(1)
  }
})

test('a missing value among others is null in the reply of the reading script', async () => {
  const { repository, names, run } = await stage()
  await repository.write([{ record: record(1), expected: null }], deadline())
  const keys = [key(1), key(2)].map((each) => names.record(each))
  expect(await run(READ_ALL, { keys, args: [] })).toEqual([expect.any(String), null])
})

describe('a record is pruned', () => {
  async function withRecord() {
    const made = await stage()
    const stored = record(1, { groups: ['g1'] })
    await made.repository.write([{ record: stored, expected: null }], deadline())
    const [entry = ''] = await made.entries()
    return {
      ...made,
      stored,
      prune: (now: number) => made.run(PRUNE, pruneCall(entry, now, made.names)),
    }
  }

  test('once, by whichever of several is first', async () => {
    const { prune } = await withRecord()
    expect(await prune(Date.now() + HOUR)).toBe(1)
    expect(await prune(Date.now() + HOUR)).toBe(0)
  })

  test('not before its retention ends, and keeps its entry until then', async () => {
    const { prune, entries, stored } = await withRecord()
    expect(await prune(stored.retainUntil - 1)).toBe(0)
    expect(await entries()).toHaveLength(1)
    expect(await prune(stored.retainUntil)).toBe(1)
  })

  test('where the index was replaced by a value of another type', async () => {
    const { prune, operator, names, repository } = await withRecord()
    await operator.set(names.index(SHARD), 'broken')
    expect(await prune(Date.now() + HOUR)).toBe(1)
    expect(await repository.read([key(1)], deadline())).toEqual([null])
  })

  test.each(['zscore', 'zrem', 'del'])('not by an account without %s', async (command) => {
    const { without, repository, stored } = await withRecord()
    const limited = await without(`-${command}`)
    const pruned = limited.prune(Date.now() + HOUR, 9, false, deadline())
    await expect(pruned).rejects.toThrow('lacks a right')
    expect(await repository.read([key(1)], deadline())).toEqual([stored])
  })
})
