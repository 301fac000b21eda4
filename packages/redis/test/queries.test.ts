import { HOUR } from '@tokenward/conformance/harness'
import { describe, expect, inject, test } from 'vitest'
import {
  client,
  connect,
  deadline,
  disturbed,
  isExternalServer,
  key,
  prepared,
  record,
  SHARD,
  scattered,
  startOwn,
} from './support.ts'

describe('write', () => {
  test.each(['root', 'cutoff', 'session', 'token'] as const)(
    'replaces a record of kind %s by its etag',
    async (kind) => {
      const repository = await prepared()
      const [first, second] = [record(1, { kind }), record(1, { kind, state: 'revoked' })]
      await repository.write([{ record: first, expected: null }], deadline())
      const replace = [{ record: second, expected: first.etag }]
      expect(await repository.write(replace, deadline())).toEqual([true])
      expect(await repository.read([key(1)], deadline())).toEqual([second])
    },
  )

  test('a record whose retention has ended rejects the whole batch', async () => {
    const repository = await prepared()
    const past = record(2, { retainUntil: Date.now() })
    const batch = [record(1), past].map((record) => ({ record, expected: null }))
    await expect(repository.write(batch, deadline())).rejects.toThrow('is past')
    expect(await repository.read([key(1), key(2)], deadline())).toEqual([null, null])
  })

  test('text of any kind is kept unchanged, also where it looks like Lua', async () => {
    const namespace = `${crypto.randomUUID()}"]] .. KEYS[1] --{}*?[a]'\\ $& é %a+ ${'n'.repeat(900)}`
    const repository = await prepared(inject('redis'), { namespace })
    const bodies = ['%a %1 %%', `']] return 1 --`, `"\\$& {"$ne":1} %00 {NULL}`, '(.*)^$[]+-?', '']
    const records = bodies.map((body, n) => record(n, { body, groups: [`g${n}`, 'all'] }))
    await repository.write(
      records.map((record) => ({ record, expected: null })),
      deadline(),
    )
    const keys = records.map(({ key }) => key)
    expect(await repository.read(keys, deadline())).toEqual(records)
    expect(await repository.list('all', null, 9, deadline())).toEqual(records)
    for (const etag of ['%S+', '^.', '[!-~]*', `'..ARGV[3]..'`, '?', '-']) {
      const next = record(9, { etag })
      expect(await repository.write([{ record: next, expected: null }], deadline())).toEqual([true])
      const guess = { record: record(9), expected: '.' }
      expect(await repository.write([guess], deadline()), etag).toEqual([false])
      const same = record(9, { etag, body: 'again' })
      expect(await repository.write([{ record: same, expected: null }], deadline())).toEqual([true])
      expect(await repository.write([{ record: record(9), expected: null }], deadline())).toEqual([
        false,
      ])
      const right = { record: record(9), expected: etag }
      expect(await repository.write([right], deadline()), etag).toEqual([true])
      expect(await repository.prune(Date.now() + HOUR, 99, false, deadline())).toBeGreaterThan(0)
    }
  })
})

describe('expiry and keys', () => {
  test('a record expires an hour after its retention ends', async () => {
    const namespace = crypto.randomUUID()
    const repository = await prepared(inject('redis'), { namespace })
    const first = record(1)
    const longer = record(1, { retainUntil: first.retainUntil + HOUR })
    const ever = record(2, { expiresAt: Number.MAX_SAFE_INTEGER, retainUntil: 8.64e15 })
    const expiry = (n: number) =>
      client().pexpiretime(`tokenward:{${namespace}:${SHARD}}:${key(n)}`)
    await repository.write([{ record: first, expected: null }], deadline())
    expect(await expiry(1)).toBe(first.retainUntil + HOUR)
    await repository.write([{ record: longer, expected: first.etag }], deadline())
    expect(await expiry(1)).toBe(longer.retainUntil + HOUR)
    await repository.write([{ record: ever, expected: null }], deadline())
    expect(await expiry(2)).toBe(8.64e15 + HOUR)
    expect(await repository.read([key(1), key(2)], deadline())).toEqual([longer, ever])
  })

  test('list() and prune() scan no keys', async () => {
    if (isExternalServer) return
    const { url } = await startOwn({ appendonly: 'yes', appendfsync: 'always' })
    const repository = await prepared(url)
    const all = Array.from({ length: 300 }, (_, n) => record(n, { key: scattered(n) }))
    await repository.write(
      all.map((record) => ({ record, expected: null })),
      deadline(),
    )
    expect(await repository.list(null, null, 500, deadline())).toHaveLength(300)
    expect(await repository.prune(Date.now() + HOUR, 500, false, deadline())).toBe(300)
    const operator = client(url)
    expect(await operator.info('commandstats')).not.toMatch(/cmdstat_(keys|scan|zscan|sscan)\b/)
    // Only the preparation note is left.
    expect(await operator.keys('*')).toHaveLength(1)
  })

  const needsClock = { version: '8', clock: true }
  test.skipIf(isExternalServer)(
    'a write rejects where the clock of the server is far ahead, and deletes nothing',
    async () => {
      const { url, setClock } = await startOwn(
        { appendonly: 'yes', appendfsync: 'always' },
        needsClock,
      )
      if (!setClock) return // The clock of this image cannot be set.
      const repository = await prepared(url)
      const first = record(1)
      await setClock(HOUR)
      expect(await repository.write([{ record: first, expected: null }], deadline())).toEqual([
        true,
      ])
      expect(await repository.read([key(1)], deadline())).toEqual([first])
      await setClock(2 * HOUR)
      const late = repository.write([{ record: record(2), expected: null }], deadline())
      await expect(late).rejects.toThrow('more than an hour ahead')
    },
  )
})

test('read() takes more keys than a script can', async () => {
  const repository = await prepared()
  const stored = record(9_999)
  await repository.write([{ record: stored, expected: null }], deadline())
  const keys = Array.from({ length: 10_000 }, (_, n) => key(n))
  const found = await repository.read(keys, deadline())
  expect(found).toHaveLength(10_000)
  expect(found.filter((each) => each !== null)).toEqual([stored])
})

test('prune() begins each batch behind the shards that are empty', async () => {
  if (isExternalServer) return
  const { url } = await startOwn({ appendonly: 'yes', appendfsync: 'always' })
  const repository = await prepared(url)
  const writes = Array.from({ length: 300 }, (_, n) => ({
    record: record(n, { key: scattered(n) }),
    expected: null,
  }))
  await repository.write(writes, deadline())
  const later = Date.now() + HOUR
  const counts: number[] = []
  do counts.push(await repository.prune(later, 10, false, deadline()))
  while (counts.at(-1) === 10)
  expect(counts).toEqual([...Array.from({ length: 30 }, () => 10), 0])
  const [, calls] = /cmdstat_zrange:calls=(\d+)/.exec(await client(url).info('commandstats')) ?? []
  // About 4,000 where each batch begins at the first shard.
  expect(Number(calls)).toBeLessThan(1500)
})

describe('list and prune', () => {
  test('a page is full although the index names records that are gone', async () => {
    const namespace = crypto.randomUUID()
    const repository = await prepared(inject('redis'), { namespace })
    const all = Array.from({ length: 40 }, (_, n) => record(n, { groups: ['all'] }))
    await repository.write(
      all.map((record) => ({ record, expected: null })),
      deadline(),
    )
    // As they go by themselves.
    const gone = all.slice(0, 30).map(({ key }) => `tokenward:{${namespace}:${SHARD}}:${key}`)
    await client().del(gone)
    expect(await repository.list('all', null, 10, deadline())).toEqual(all.slice(30))
    expect(await repository.list(null, null, 50, deadline())).toEqual(all.slice(30))
    const later = Date.now() + HOUR
    expect(await repository.prune(later, 100, true, deadline())).toBe(40)
    expect(await repository.prune(later, 100, false, deadline())).toBe(40)
    expect(await client().keys(`tokenward:{${namespace}:*`)).toEqual([])
  })

  test('prune() keeps a record whose retention is extended meanwhile', async () => {
    const { proxy, direct, repository: pruner } = await disturbed()
    const end = Date.now() + 60_000
    const past = record(1, { retainUntil: end, groups: ['all'] })
    const raised = record(1, { retainUntil: end + HOUR, groups: ['all'] })
    await direct.write([{ record: past, expected: null }], deadline())
    await proxy.set({ type: 'held-reply' })
    const pruning = pruner.prune(end, 9, false, deadline())
    await proxy.until(({ heldBack }) => heldBack > 0, deadline())
    await direct.write([{ record: raised, expected: past.etag }], deadline())
    await proxy.heal()
    expect(await pruning).toBe(0)
    expect(await direct.list('all', null, 9, deadline())).toEqual([raised])
    expect(await direct.prune(end + HOUR, 9, false, deadline())).toBe(1)
  })
})

test('namespaces with similar names are separate', async () => {
  const names = ['a', 'A', 'a:00', 'a}', '{a', 'a%3A00', 'a*', 'é', '%C3%A9', ' ']
  const stamp = crypto.randomUUID()
  const all = names.map((name) => connect(inject('redis'), { namespace: `${stamp}${name}` }))
  for (const [n, repository] of all.entries()) {
    await repository.open()
    expect(await repository.list(null, null, 9, deadline()), names[n]).toEqual([])
    await repository.write([{ record: record(1), expected: null }], deadline())
  }
  for (const repository of all) {
    expect(await repository.prune(Date.now() + HOUR, 9, false, deadline())).toBe(1)
  }
})
