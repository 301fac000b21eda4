import { HOUR } from '@tokenward/conformance/harness'
import { type ListPosition, newestFirst, type StoredRecord } from '@tokenward/core/adapter'
import { describe, expect, inject, test } from 'vitest'
import { DURABLE } from './server.ts'
import {
  type Complete,
  client,
  deadline,
  isExternalServer,
  key,
  prepared,
  record,
  SHARD,
  scattered,
  startOwn,
} from './support.ts'

async function insert(repository: Complete, records: readonly StoredRecord[]) {
  const writes = records.map((record) => ({ record, expected: null }))
  await repository.write(writes, deadline())
}

async function allPages(repository: Complete, group: string | null, limit: number) {
  const all: StoredRecord[] = []
  for (;;) {
    const page = await repository.list(group, all.at(-1) ?? null, limit, deadline())
    all.push(...page)
    if (page.length < limit) return all
  }
}

describe('pages have exactly the newest records', () => {
  const times = [0, 9, 10, 999, 1_700_000_000_000, Number.MAX_SAFE_INTEGER]
  const inOneShard = (n: number) => record(n, { createdAt: n })
  test.each<[string, (n: number) => StoredRecord]>([
    ['in all shards', (n) => record(n, { key: scattered(n * 37) })],
    ['in one shard', inOneShard],
    [
      'in one shard, with others of the same age elsewhere',
      (n) => (n % 2 ? inOneShard(n) : record(n, { createdAt: n, key: scattered(n) })),
    ],
    ['at few instants', (n) => record(n, { key: scattered(n * 5), createdAt: times[n % 6] ?? 0 })],
  ])('%s', async (_, make) => {
    const repository = await prepared()
    const all = Array.from({ length: 300 }, (_, n) => ({
      ...make(n),
      groups: [`g${n % 3}`, 'all'],
    }))
    await insert(repository, all)
    const sorted = all.toSorted(newestFirst)
    for (const limit of [7, 100, 299, 300, 301]) {
      expect(await allPages(repository, null, limit)).toEqual(sorted)
    }
    const few = sorted.filter(({ groups }) => groups.includes('g1'))
    for (const limit of [1, 64]) expect(await allPages(repository, 'g1', limit)).toEqual(few)
    expect(await repository.list('g', null, 9, deadline())).toEqual([])
  })
})

test.skipIf(isExternalServer)('a page costs the same wherever it begins', async () => {
  const { url } = await startOwn(DURABLE)
  const repository = await prepared(url)
  const operator = client(url)
  const calls = async () => {
    const stats = String(await operator.info('commandstats'))
    return Number(/cmdstat_zrange:calls=(\d+)/.exec(stats)?.[1] ?? 0)
  }
  await insert(
    repository,
    Array.from({ length: 2_000 }, (_, n) => record(n, { key: scattered(n) })),
  )
  let after: ListPosition | null = null
  for (let page = 0; page < 20; page++) {
    const before = await calls()
    const records: readonly StoredRecord[] = await repository.list(null, after, 100, deadline())
    expect(records).toHaveLength(100)
    expect(await calls(), `page ${page}`).toBe(before + 256)
    after = records.at(-1) ?? null
  }
})

describe('a record that is stored again under its key', () => {
  const end = Date.now() + HOUR

  async function storedAgain(changes: Partial<StoredRecord>) {
    const namespace = crypto.randomUUID()
    const repository = await prepared(inject('redis'), { namespace })
    const old = record(1, { retainUntil: end, groups: ['old', 'both'] })
    const next = record(1, { retainUntil: end + HOUR, groups: ['both', 'new'], ...changes })
    await insert(repository, [old])
    await client().del(`tokenward:{${namespace}:${SHARD}}:${key(1)}`)
    await insert(repository, [next])
    const entries = () => client().zcard(`tokenward:{${namespace}:${SHARD}}:index`)
    return { repository, old, next, entries }
  }

  test.each<[string, Partial<StoredRecord>]>([
    ['with the same createdAt', {}],
    ['with a later createdAt', { createdAt: 1_800_000_000_000 }],
    ['with an earlier createdAt', { createdAt: 0 }],
  ])('%s is listed once, at its own place, before and after prune()', async (_, changes) => {
    const { repository, next, entries } = await storedAgain(changes)
    const assertListed = async () => {
      for (const group of ['both', 'new', null]) {
        expect(await allPages(repository, group, 1), `${group}`).toEqual([next])
      }
      expect(await repository.list('old', null, 9, deadline())).toEqual([])
    }
    await assertListed()
    expect(await repository.prune(end, 9, false, deadline())).toBe(0)
    await assertListed()
    expect(await repository.prune(end, 9, true, deadline())).toBe(0)
    expect(await entries(), 'no entry is left of the earlier record').toBe(3)
    expect(await repository.prune(end + HOUR, 9, false, deadline())).toBe(1)
    expect(await entries()).toBe(0)
  })
})
