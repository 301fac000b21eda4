import { describe, expect, inject, test } from 'vitest'
import type { Document } from '../src/index.ts'
import { COLLECTION } from '../src/schema.ts'
import * as statements from '../src/statements.ts'
import { disguised } from './disguised.ts'
import { client, connect, etag, key, look, newDatabase, prepared, record, soon } from './support.ts'

describe.each(['majority', 'linearizable'] as const)('write, with %s reads', (readConcern) => {
  test('answers each entry of a batch by itself', async () => {
    const repository = await prepared(await newDatabase(), { readConcern })
    const stands = record(1)
    await repository.write([{ record: stands, expected: null }], soon())
    const [inserted, replaced] = [record(2), record(3)]
    await repository.write([{ record: replaced, expected: null }], soon())
    const replacement = record(3, { groups: replaced.groups })
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
    const repository = await prepared(await newDatabase(), { readConcern })
    const [first, second] = [record(1), record(1)]
    await repository.write([{ record: first, expected: null }], soon())
    expect(await repository.write([{ record: first, expected: null }], soon())).toEqual([true])
    const replace = [{ record: second, expected: first.etag }]
    expect(await repository.write(replace, soon())).toEqual([true])
    expect(await repository.write(replace, soon())).toEqual([true])
    expect(await repository.write([{ record: first, expected: null }], soon())).toEqual([false])
  })

  test('racing inserts of one and of several records', async () => {
    const url = await newDatabase()
    const rivals = await Promise.all(
      Array.from({ length: 8 }, () => prepared(url, { readConcern })),
    )
    for (let round = 0; round < 10; round++) {
      const same = record(round)
      const repeated = rivals.map((each) => each.write([{ record: same, expected: null }], soon()))
      expect((await Promise.all(repeated)).flat()).toEqual(rivals.map(() => true))
      const racing = rivals.map((each) =>
        each.write([{ record: record(100 + round), expected: null }], soon()),
      )
      const won = (await Promise.all(racing)).flat().filter(Boolean)
      expect(won).toHaveLength(1)
    }
  })

  test('one record that is past rejects the batch and leaves nothing of it', async () => {
    const repository = await prepared(await newDatabase(), { readConcern })
    const past = record(2, { retainUntil: Date.now() })
    const batch = [record(1), past].map((record) => ({ record, expected: null }))
    await expect(repository.write(batch, soon())).rejects.toThrow('is past')
    expect(await repository.read([key(1), key(2)], soon())).toEqual([null, null])
  })
})

describe('who changed nothing, with linearizable reads', () => {
  async function deposed(stands: string | null) {
    const url = await newDatabase()
    const truth = await prepared(url)
    const [expected, ours] = [record(1), record(1)]
    const standing = { expected, ours, other: record(1) }[stands ?? '']
    if (standing) await truth.write([{ record: standing, expected: null }], soon())
    // A primary that was deposed and does not know it: it refuses by what it knows.
    const results = [1, 0].map((n, idx) => ({ ok: 1, idx, n, nModified: 0 }))
    const stale = () => ({ cursor: { id: 0, firstBatch: results } })
    const server = disguised(client(url), { bulkWrite: stale })
    const repository = connect(server, { readConcern: 'linearizable' })
    await repository.open()
    return repository.write([{ record: ours, expected: expected.etag }], soon())
  }

  test('asks what stands there, and believes only that', async () => {
    expect(await deposed('ours')).toEqual([true])
    expect(await deposed('other')).toEqual([false])
    expect(await deposed(null)).toEqual([false])
    await expect(deposed('expected')).rejects.toThrow('would hold now')
  })
})

describe('what is stored', () => {
  test('text of any kind stays what it is', async () => {
    const namespace = `'; db.dropDatabase() // "\\ $& é %_ {"$ne":1} \0`
    const repository = await prepared(await newDatabase(), { namespace })
    const groups = [`a'b`, `["c"]`, '{$ne: 1}', '$where', '__proto__', '']
    const hostile = record(1, { body: `'"\\$& {"$ne":1} %00 {NULL}`, groups })
    await repository.write([{ record: hostile, expected: null }], soon())
    expect(await repository.read([hostile.key], soon())).toEqual([hostile])
    for (const group of groups) {
      expect(await repository.list(group, null, 9, soon())).toEqual([hostile])
    }
    const second = record(1, { groups, etag: '$etag' })
    expect(await repository.write([{ record: second, expected: hostile.etag }], soon())).toEqual([
      true,
    ])
    expect(await repository.list(null, null, 9, soon())).toEqual([second])
  })

  test.each([{ $ne: 1 }, { $gt: '' }, /./, 1, null, ['a']])(
    'what is no string is no key, no etag and no group: %j',
    async (hostile) => {
      const url = await newDatabase()
      const repository = await prepared(url)
      const canary = record(1, { groups: ['g'] })
      await repository.write([{ record: canary, expected: null }], soon())
      const wrong = hostile as unknown as string
      const attempts: Record<string, () => Promise<unknown>> = {
        read: () => repository.read([wrong], soon()),
        expected: () => repository.write([{ record: record(1), expected: wrong }], soon()),
        key: () =>
          repository.write([{ record: { ...record(1), key: wrong }, expected: '' }], soon()),
        group: () => repository.list(wrong, null, 9, soon()),
        after: () => repository.list(null, wrong, 9, soon()),
      }
      for (const [name, attempt] of Object.entries(attempts)) {
        const means = hostile === null && ['expected', 'group', 'after'].includes(name)
        if (!means) await expect(attempt(), name).rejects.toThrow('are strings')
      }
      expect(await repository.read([canary.key], soon())).toEqual([canary])
    },
  )

  test('an instant that is for ever is kept exactly, and one that no date holds is refused', async () => {
    const repository = await prepared(await newDatabase())
    const ever = record(1, { expiresAt: -8.64e15, retainUntil: 8.64e15 })
    await repository.write([{ record: ever, expected: null }], soon())
    expect(await repository.read([key(1)], soon())).toEqual([ever])
    for (const wrong of [
      { expiresAt: 8.64e15 + 1 },
      { retainUntil: Infinity },
      { expiresAt: NaN },
    ]) {
      const write = [{ record: record(2, wrong), expected: null }]
      await expect(repository.write(write, soon()), JSON.stringify(wrong)).rejects.toThrow()
    }
    expect(await repository.read([key(2)], soon())).toEqual([null])
  })

  test('as many of the largest records as core sends go and come whole', async () => {
    const repository = await prepared(await newDatabase())
    const body = 'x'.repeat(repository.capabilities.maxBodyBytes)
    const groups = Array.from({ length: 5 }, (_, n) => `s${key(n)}`)
    const all = Array.from({ length: 256 }, (_, n) => record(n, { body, groups }))
    const writes = all.map((record) => ({ record, expected: null }))
    expect(await repository.write(writes, soon())).toEqual(all.map(() => true))
    expect(
      await repository.read(
        all.map(({ key }) => key),
        soon(),
      ),
    ).toEqual(all)
    expect(await repository.list(null, null, 256, soon())).toEqual(all)
  })
})

describe('list and prune', () => {
  test('pages by key, of a group or of the whole namespace, and of no other', async () => {
    const url = await newDatabase()
    const [repository, other] = [await prepared(url), await prepared(url, { namespace: 'other' })]
    const all = [5, 3, 1, 4, 2].map((n) => record(n, { groups: n % 2 ? ['odd', 'all'] : ['all'] }))
    await repository.write(
      all.map((record) => ({ record, expected: null })),
      soon(),
    )
    await other.write([{ record: record(9, { groups: ['odd'] }), expected: null }], soon())

    const keys = async (...args: [string | null, string | null, number]) =>
      (await repository.list(...args, soon())).map((record) => Number.parseInt(record.key, 16))
    expect(await keys(null, null, 10)).toEqual([1, 2, 3, 4, 5])
    expect(await keys(null, key(2), 2)).toEqual([3, 4])
    expect(await keys('odd', null, 2)).toEqual([1, 3])
    expect(await keys('odd', key(3), 2)).toEqual([5])
    expect(await keys('none', null, 2)).toEqual([])
    expect(await other.read([key(8)], soon())).toEqual([null])
  })

  test('takes the oldest first, at most so many, and nothing that is to stay', async () => {
    const url = await newDatabase()
    const [repository, other] = [await prepared(url), await prepared(url, { namespace: 'other' })]
    const end = Date.now() + 60_000
    const all = [1, 2, 3, 4].map((n) => record(n, { retainUntil: end + n, groups: ['all'] }))
    await repository.write(
      all.map((record) => ({ record, expected: null })),
      soon(),
    )
    await other.write([{ record: record(9, { retainUntil: end }), expected: null }], soon())

    expect(await repository.prune(end + 3, 2, true, soon())).toBe(2)
    expect(await repository.prune(end + 3, 2, false, soon())).toBe(2)
    expect(await repository.list(null, null, 9, soon())).toEqual(all.slice(2))
    expect(await repository.prune(end + 3, 2, true, soon())).toBe(1)
    expect(await repository.prune(end + 3, 2, false, soon())).toBe(1)
    expect(await repository.prune(end + 3, 2, false, soon())).toBe(0)
    expect(await repository.list('all', null, 9, soon())).toEqual(all.slice(3))
    expect(await other.list(null, null, 9, soon())).toHaveLength(1)
  })

  test('what is kept longer between looking and deleting stays', async () => {
    const url = await newDatabase()
    const rival = await prepared(url)
    const stands = record(1, { retainUntil: Date.now() + 1_000 })
    await rival.write([{ record: stands, expected: null }], soon())
    const raised = record(1, { retainUntil: Date.now() + 600_000 })
    const real = client(url)
    const server = disguised(real, {})
    const repository = connect({
      db: (name) => ({
        ...server.db(name),
        command: async (command, options) => {
          if ('delete' in command) {
            await rival.write([{ record: raised, expected: stands.etag }], soon())
          }
          return server.db(name).command(command, options)
        },
      }),
    })
    await repository.open()
    expect(await repository.prune(Date.now() + 60_000, 9, false, soon())).toBe(0)
    expect(await rival.read([key(1)], soon())).toEqual([raised])
  })
})

test('there is an index for every query, and no other', async () => {
  const url = await newDatabase()
  await prepared(url)
  const indexes = await look(url).collection(COLLECTION).indexes()
  expect(Object.fromEntries(indexes.map(({ name, key }) => [name, key]))).toEqual({
    _id_: { _id: 1 },
    by_group: { groups: 1, _id: 1 },
    by_retention: { retainUntil: 1 },
  })
})

test('every query finds its records by its index', async (context) => {
  const { standIn } = inject('mongodb')
  if (standIn) return context.skip('not run: the planner of a stand-in says nothing of MongoDB')
  const url = await newDatabase()
  const repository = await prepared(url)
  // Among others: of an empty collection every index is as good as the next.
  const others = Array.from({ length: 200 }, (_, n) => record(n, { groups: ['other'] }))
  await repository.write(
    [...others, record(200, { groups: ['g'] })].map((record) => ({ record, expected: null })),
    soon(),
  )
  const db = look(url)
  const queries: [index: string, query: Document][] = [
    ['_id_', statements.findKeys('default', [key(1), key(2)])],
    ['_id_', statements.page('default', null, null, 9)],
    ['by_group', statements.page('default', 'g', null, 9)],
    ['by_retention', statements.findPrunable('default', Date.now(), 9)],
  ]
  for (const [name, { readConcern: _, maxTimeMS: __, ...query }] of queries) {
    const plan = await db.command({ explain: query, verbosity: 'queryPlanner' })
    const winner = JSON.stringify(plan['queryPlanner'].winningPlan)
    expect(winner).toContain(`"indexName":"${name}"`)
    expect(winner).not.toMatch(/COLLSCAN|"SORT"/)
  }
})
