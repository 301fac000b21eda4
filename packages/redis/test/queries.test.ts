import { describe, expect, inject, test } from 'vitest'
import {
  client,
  connect,
  disturbed,
  etag,
  isTheirs,
  key,
  prepared,
  record,
  scattered,
  soon,
  startOwn,
} from './support.ts'

const HOUR = 3_600_000

describe('write', () => {
  test('answers each entry of a batch by itself', async () => {
    const repository = await prepared()
    const stands = record(1)
    await repository.write([{ record: stands, expected: null }], soon())
    const [inserted, replaced] = [record(2), record(3)]
    await repository.write([{ record: replaced, expected: null }], soon())
    const replacement = record(3)
    const answers = await repository.write(
      [
        { record: record(1), expected: etag() },
        { record: inserted, expected: null },
        { record: replacement, expected: replaced.etag },
        { record: record(4), expected: etag() },
      ],
      soon(),
    )
    expect(answers).toEqual([false, true, true, false])
    const keys = [4, 3, 2, 1].map(key)
    expect(await repository.read(keys, soon())).toEqual([null, replacement, inserted, stands])
  })

  test('a repeated write is true, whatever it expected', async () => {
    const repository = await prepared()
    const [first, second] = [record(1), record(1)]
    await repository.write([{ record: first, expected: null }], soon())
    expect(await repository.write([{ record: first, expected: null }], soon())).toEqual([true])
    const replace = [{ record: second, expected: first.etag }]
    expect(await repository.write(replace, soon())).toEqual([true])
    expect(await repository.write(replace, soon())).toEqual([true])
    expect(await repository.write([{ record: first, expected: null }], soon())).toEqual([false])
  })

  test('one record that is past rejects the batch and leaves nothing of it', async () => {
    const repository = await prepared()
    const past = record(2, { retainUntil: Date.now() })
    const batch = [record(1), past].map((record) => ({ record, expected: null }))
    await expect(repository.write(batch, soon())).rejects.toThrow('is past')
    expect(await repository.read([key(1), key(2)], soon())).toEqual([null, null])
  })

  test('text of any kind stays what it is, and no pattern of Lua is one', async () => {
    const namespace = `${crypto.randomUUID()}"]] .. KEYS[1] --{}*?[a]'\\ $& é %a+ ${'n'.repeat(900)}`
    const repository = await prepared(inject('redis'), { namespace })
    const bodies = ['%a %1 %%', `']] return 1 --`, `"\\$& {"$ne":1} %00 {NULL}`, '(.*)^$[]+-?', '']
    const records = bodies.map((body, n) => record(n, { body, groups: [`g${n}`, 'all'] }))
    await repository.write(
      records.map((record) => ({ record, expected: null })),
      soon(),
    )
    const keys = records.map(({ key }) => key)
    expect(await repository.read(keys, soon())).toEqual(records)
    expect(await repository.list('all', null, 9, soon())).toEqual(records)
    for (const etag of ['%S+', '^.', '[!-~]*', `'..ARGV[3]..'`, '?', '-']) {
      const next = record(9, { etag })
      expect(await repository.write([{ record: next, expected: null }], soon())).toEqual([true])
      const guess = { record: record(9), expected: '.' }
      expect(await repository.write([guess], soon()), etag).toEqual([false])
      const same = record(9, { etag, body: 'again' })
      expect(await repository.write([{ record: same, expected: null }], soon())).toEqual([true])
      expect(await repository.write([{ record: record(9), expected: null }], soon())).toEqual([
        false,
      ])
      const right = { record: record(9), expected: etag }
      expect(await repository.write([right], soon()), etag).toEqual([true])
      expect(await repository.prune(Date.now() + HOUR, 99, false, soon())).toBeGreaterThan(0)
    }
  })
})

describe('what Redis keeps', () => {
  test('a record goes by itself, an hour after it may and not before', async () => {
    const namespace = crypto.randomUUID()
    const repository = await prepared(inject('redis'), { namespace })
    const first = record(1)
    const longer = record(1, { retainUntil: first.retainUntil + HOUR })
    const ever = record(2, { expiresAt: Number.MAX_SAFE_INTEGER, retainUntil: 8.64e15 })
    const expiry = (n: number) => client().pexpiretime(`tokenward:{${namespace}:00}:${key(n)}`)
    await repository.write([{ record: first, expected: null }], soon())
    expect(await expiry(1)).toBe(first.retainUntil + HOUR)
    await repository.write([{ record: longer, expected: first.etag }], soon())
    expect(await expiry(1)).toBe(longer.retainUntil + HOUR)
    await repository.write([{ record: ever, expected: null }], soon())
    expect(await expiry(2)).toBe(8.64e15 + HOUR)
    expect(await repository.read([key(1), key(2)], soon())).toEqual([longer, ever])
  })

  test('nothing is listed or pruned by looking through all keys', async () => {
    if (isTheirs) return
    const { url } = await startOwn({ appendonly: 'yes', appendfsync: 'always' })
    const repository = await prepared(url)
    const all = Array.from({ length: 300 }, (_, n) => record(n, { key: scattered(n) }))
    await repository.write(
      all.map((record) => ({ record, expected: null })),
      soon(),
    )
    expect(await repository.list(null, null, 500, soon())).toHaveLength(300)
    expect(await repository.prune(Date.now() + HOUR, 500, false, soon())).toBe(300)
    const operator = client(url)
    expect(await operator.info('commandstats')).not.toMatch(/cmdstat_(keys|scan|zscan|sscan)\b/)
    // Nothing is left but the note.
    expect(await operator.keys('*')).toHaveLength(1)
  })

  const needsClock = { version: '8', clock: true }
  test.skipIf(isTheirs)('a clock that is ahead is told, instead of a record deleted', async () => {
    const { url, setClock } = await startOwn(
      { appendonly: 'yes', appendfsync: 'always' },
      needsClock,
    )
    if (!setClock) return // An image whose clock cannot be put.
    const repository = await prepared(url)
    const first = record(1)
    await setClock(HOUR)
    expect(await repository.write([{ record: first, expected: null }], soon())).toEqual([true])
    expect(await repository.read([key(1)], soon())).toEqual([first])
    await setClock(2 * HOUR)
    const late = repository.write([{ record: record(2), expected: null }], soon())
    await expect(late).rejects.toThrow('the clock of the server is ahead')
  })
})

describe('list and prune', () => {
  test('pages by key, of a group or of the whole namespace, and of no other', async () => {
    const [repository, other] = [await prepared(), await prepared()]
    const all = [5, 3, 1, 4, 2].map((n) =>
      record(n, { key: scattered(n * 50), groups: n % 2 ? ['odd', 'all'] : ['all'] }),
    )
    await repository.write(
      all.map((record) => ({ record, expected: null })),
      soon(),
    )
    await other.write([{ record: record(9, { groups: ['odd'] }), expected: null }], soon())
    const keys = async (...args: [string | null, number | null, number]) => {
      const [group, after, limit] = args
      const from = after === null ? null : scattered(after * 50)
      const found = await repository.list(group, from, limit, soon())
      return found.map((record) => Number.parseInt(record.key.slice(2), 16) / 50)
    }
    expect(await keys(null, null, 10)).toEqual([1, 2, 3, 4, 5])
    expect(await keys(null, 2, 2)).toEqual([3, 4])
    expect(await keys('odd', null, 2)).toEqual([1, 3])
    expect(await keys('odd', 3, 2)).toEqual([5])
    expect(await keys('od', null, 2)).toEqual([])
    expect(await keys('none', null, 2)).toEqual([])
  })

  test('a page is full although the index names what is gone', async () => {
    const namespace = crypto.randomUUID()
    const repository = await prepared(inject('redis'), { namespace })
    const all = Array.from({ length: 40 }, (_, n) => record(n, { groups: ['all'] }))
    await repository.write(
      all.map((record) => ({ record, expected: null })),
      soon(),
    )
    // As they go by themselves.
    const gone = all.slice(0, 30).map(({ key }) => `tokenward:{${namespace}:00}:${key}`)
    await client().del(gone)
    expect(await repository.list('all', null, 10, soon())).toEqual(all.slice(30))
    expect(await repository.list(null, null, 50, soon())).toEqual(all.slice(30))
    const later = Date.now() + HOUR
    expect(await repository.prune(later, 100, true, soon())).toBe(40)
    expect(await repository.prune(later, 100, false, soon())).toBe(40)
    expect(await client().keys(`tokenward:{${namespace}:*`)).toEqual([])
  })

  test('takes at most so many, and nothing that is to stay', async () => {
    const [repository, other] = [await prepared(), await prepared()]
    const end = Date.now() + 60_000
    const all = [1, 2, 3, 4].map((n) =>
      record(n, { key: scattered(n), retainUntil: end + n, groups: ['all'] }),
    )
    await repository.write(
      all.map((record) => ({ record, expected: null })),
      soon(),
    )
    await other.write([{ record: record(9, { retainUntil: end }), expected: null }], soon())
    expect(await repository.prune(end + 3, 2, true, soon())).toBe(2)
    expect(await repository.prune(end + 3, 2, false, soon())).toBe(2)
    expect(await repository.list(null, null, 9, soon())).toHaveLength(2)
    expect(await repository.prune(end + 3, 2, true, soon())).toBe(1)
    expect(await repository.prune(end + 3, 2, false, soon())).toBe(1)
    expect(await repository.prune(end + 3, 2, false, soon())).toBe(0)
    expect(await repository.list('all', null, 9, soon())).toEqual(all.slice(3))
    expect(await other.list(null, null, 9, soon())).toHaveLength(1)
  })

  test('what is kept longer after it was found to be past stays', async () => {
    const { proxy, direct, repository: pruner } = await disturbed()
    const end = Date.now() + 60_000
    const past = record(1, { retainUntil: end, groups: ['all'] })
    const raised = record(1, { retainUntil: end + HOUR, groups: ['all'] })
    await direct.write([{ record: past, expected: null }], soon())
    await proxy.set({ type: 'held-reply' })
    const pruning = pruner.prune(end, 9, false, soon())
    await proxy.until(({ heldBack }) => heldBack > 0, soon())
    await direct.write([{ record: raised, expected: past.etag }], soon())
    await proxy.heal()
    expect(await pruning).toBe(0)
    expect(await direct.list('all', null, 9, soon())).toEqual([raised])
    expect(await direct.prune(end + HOUR, 9, false, soon())).toBe(1)
  })

  test('what came under the same key after another was gone stays', async () => {
    const namespace = crypto.randomUUID()
    const repository = await prepared(inject('redis'), { namespace })
    const end = Date.now() + 60_000
    const [old, next] = [
      record(1, { retainUntil: end, groups: ['old', 'both'] }),
      record(1, { retainUntil: end + HOUR, groups: ['both', 'new'] }),
    ]
    await repository.write([{ record: old, expected: null }], soon())
    await client().del(`tokenward:{${namespace}:00}:${key(1)}`)
    await repository.write([{ record: next, expected: null }], soon())
    expect(await repository.list('old', null, 9, soon())).toEqual([])
    expect(await repository.prune(end, 9, false, soon())).toBe(0)
    expect(await repository.read([key(1)], soon())).toEqual([next])
    for (const group of ['both', 'new', null]) {
      expect(await repository.list(group, null, 9, soon())).toEqual([next])
    }
    expect(await repository.prune(end, 9, true, soon())).toBe(0)
  })
})

test('two namespaces that look alike are two', async () => {
  const names = ['a', 'A', 'a:00', 'a}', '{a', 'a%3A00', 'a*', 'é', '%C3%A9', ' ']
  const stamp = crypto.randomUUID()
  const all = names.map((name) => connect(inject('redis'), { namespace: `${stamp}${name}` }))
  for (const [n, repository] of all.entries()) {
    await repository.open()
    expect(await repository.list(null, null, 9, soon()), names[n]).toEqual([])
    await repository.write([{ record: record(1), expected: null }], soon())
  }
  for (const repository of all) {
    expect(await repository.prune(Date.now() + HOUR, 9, false, soon())).toBe(1)
  }
})
