import { newestFirst, type StoredRecord } from '@tokenward/core/adapter'
import { describe, expect, inject, test } from 'vitest'
import type { Document } from '../src/index.ts'
import { COLLECTION } from '../src/schema.ts'
import * as statements from '../src/statements.ts'
import { withFakeReplies } from './fake-replies.ts'
import {
  client,
  connect,
  databaseOf,
  deadline,
  key,
  newDatabase,
  prepared,
  record,
} from './support.ts'

describe.each(['majority', 'linearizable'] as const)('write, with %s reads', (readConcern) => {
  test('a record that is written over itself is stored', async () => {
    const repository = await prepared(await newDatabase(), { readConcern })
    const stored = record(1)
    await repository.write([{ record: stored, expected: null }], deadline())
    const again = [{ record: stored, expected: stored.etag }]
    expect(await repository.write(again, deadline())).toEqual([true])
  })

  test('of concurrent inserts of several records one wins; of one record, all do', async () => {
    const url = await newDatabase()
    const rivals = await Promise.all(
      Array.from({ length: 8 }, () => prepared(url, { readConcern })),
    )
    for (let round = 0; round < 10; round++) {
      const same = record(round)
      const repeated = rivals.map((each) =>
        each.write([{ record: same, expected: null }], deadline()),
      )
      expect((await Promise.all(repeated)).flat()).toEqual(rivals.map(() => true))
      const racing = rivals.map((each) =>
        each.write([{ record: record(100 + round), expected: null }], deadline()),
      )
      const won = (await Promise.all(racing)).flat().filter(Boolean)
      expect(won).toHaveLength(1)
    }
  })

  test('a record whose retention has ended rejects the whole batch', async () => {
    const repository = await prepared(await newDatabase(), { readConcern })
    const past = record(2, { retainUntil: Date.now() })
    const batch = [record(1), past].map((record) => ({ record, expected: null }))
    await expect(repository.write(batch, deadline())).rejects.toThrow('is past')
    expect(await repository.read([key(1), key(2)], deadline())).toEqual([null, null])
  })
})

describe('a write that changed nothing, with linearizable reads', () => {
  async function writeToStalePrimary(kind: string | null) {
    const url = await newDatabase()
    const truth = await prepared(url)
    const [expected, own] = [record(1), record(1)]
    const stored = { expected, own, other: record(1) }[kind ?? '']
    if (stored) await truth.write([{ record: stored, expected: null }], deadline())
    // A primary that was replaced and has not noticed it decides by an older state.
    const results = [1, 0].map((n, idx) => ({ ok: 1, idx, n, nModified: 0 }))
    const stale = () => ({ cursor: { id: 0, firstBatch: results } })
    const server = withFakeReplies(client(url), { bulkWrite: stale })
    const repository = connect(server, { readConcern: 'linearizable' })
    await repository.open()
    return repository.write([{ record: own, expected: expected.etag }], deadline())
  }

  test('reads the stored record again and decides by it', async () => {
    expect(await writeToStalePrimary('own')).toEqual([true])
    expect(await writeToStalePrimary('other')).toEqual([false])
    expect(await writeToStalePrimary(null)).toEqual([false])
    await expect(writeToStalePrimary('expected')).rejects.toThrow('holds now')
  })
})

describe('stored records', () => {
  test('text of any kind is kept unchanged', async () => {
    const namespace = `'; db.dropDatabase() // "\\ $& é %_ {"$ne":1} \0`
    const repository = await prepared(await newDatabase(), { namespace })
    const groups = [`a'b`, `["c"]`, '{$ne: 1}', '$where', '__proto__', '']
    const hostile = record(1, { body: `'"\\$& {"$ne":1} %00 {NULL}`, groups })
    await repository.write([{ record: hostile, expected: null }], deadline())
    expect(await repository.read([hostile.key], deadline())).toEqual([hostile])
    for (const group of groups) {
      expect(await repository.list(group, null, 9, deadline())).toEqual([hostile])
    }
    const second = record(1, { groups, etag: '$etag' })
    expect(
      await repository.write([{ record: second, expected: hostile.etag }], deadline()),
    ).toEqual([true])
    expect(await repository.list(null, null, 9, deadline())).toEqual([second])
  })

  test.each([{ $ne: 1 }, { $gt: '' }, /./, 1, null, ['a']])(
    'a key, an etag or a group that is not a string is refused: %j',
    async (hostile) => {
      const url = await newDatabase()
      const repository = await prepared(url)
      const canary = record(1, { groups: ['g'] })
      await repository.write([{ record: canary, expected: null }], deadline())
      const wrong = hostile as unknown as string
      const attempts: Record<string, () => Promise<unknown>> = {
        read: () => repository.read([wrong], deadline()),
        expected: () => repository.write([{ record: record(1), expected: wrong }], deadline()),
        key: () =>
          repository.write([{ record: { ...record(1), key: wrong }, expected: '' }], deadline()),
        group: () => repository.list(wrong, null, 9, deadline()),
        after: () => repository.list(null, { createdAt: 0, key: wrong }, 9, deadline()),
      }
      for (const [name, attempt] of Object.entries(attempts)) {
        const means = hostile === null && ['expected', 'group'].includes(name)
        if (!means) await expect(attempt(), name).rejects.toThrow('are strings')
      }
      expect(await repository.read([canary.key], deadline())).toEqual([canary])
    },
  )

  test.each([{ $ne: 1 }, { $gt: 0 }, '0', null, [0], NaN, 0.5])(
    'a position in a list with an instant that is not a number of ms is refused: %j',
    async (hostile) => {
      const repository = await prepared(await newDatabase())
      const after = { createdAt: hostile as number, key: key(1) }
      for (const group of [null, 'g']) {
        await expect(repository.list(group, after, 9, deadline())).rejects.toThrow('represent')
      }
    },
  )

  test('the latest Date is kept exactly, and a later instant is refused', async () => {
    const repository = await prepared(await newDatabase())
    const ever = record(1, { createdAt: 8.64e15, expiresAt: -8.64e15, retainUntil: 8.64e15 })
    await repository.write([{ record: ever, expected: null }], deadline())
    expect(await repository.read([key(1)], deadline())).toEqual([ever])
    expect(await repository.list(null, null, 9, deadline())).toEqual([ever])
    for (const wrong of [
      { createdAt: 8.64e15 + 1 },
      { expiresAt: 8.64e15 + 1 },
      { retainUntil: Infinity },
      { expiresAt: NaN },
    ]) {
      const write = [{ record: record(2, wrong), expected: null }]
      await expect(repository.write(write, deadline()), JSON.stringify(wrong)).rejects.toThrow()
    }
    expect(await repository.read([key(2)], deadline())).toEqual([null])
  })

  test('the largest batch of the largest records is written and read', async () => {
    const repository = await prepared(await newDatabase())
    const body = 'x'.repeat(repository.capabilities.maxBodyBytes)
    const groups = Array.from({ length: 8 }, (_, n) => `s${key(n)}`)
    const all = Array.from({ length: 256 }, (_, n) => record(n, { body, groups }))
    const writes = all.map((record) => ({ record, expected: null }))
    expect(await repository.write(writes, deadline())).toEqual(all.map(() => true))
    expect(
      await repository.read(
        all.map(({ key }) => key),
        deadline(),
      ),
    ).toEqual(all)
    expect(await repository.list(null, null, 256, deadline())).toEqual(all)
  })
})

describe('list and prune', () => {
  test('pages of records of one instant are complete, and by key descending', async () => {
    const repository = await prepared(await newDatabase())
    const instants = [5, 5, 5, 5, 5, 0, 0, 0, -1]
    const all = instants.map((createdAt, n) => record(n, { createdAt, groups: ['g'] }))
    await repository.write(
      all.map((record) => ({ record, expected: null })),
      deadline(),
    )
    const sorted = all.toSorted(newestFirst)
    for (const group of ['g', null]) {
      for (const limit of [1, 2, 4]) {
        const found: StoredRecord[] = []
        for (let left = true; left; ) {
          const page = await repository.list(group, found.at(-1) ?? null, limit, deadline())
          found.push(...page)
          left = page.length === limit
        }
        expect(found).toEqual(sorted)
      }
    }
  })

  test('prune() deletes the oldest first', async () => {
    const repository = await prepared(await newDatabase())
    const end = Date.now() + 60_000
    const all = [3, 1, 4, 2].map((n) => record(n, { retainUntil: end + n }))
    await repository.write(
      all.map((record) => ({ record, expected: null })),
      deadline(),
    )
    expect(await repository.prune(end + 9, 2, false, deadline())).toBe(2)
    const left = await repository.list(null, null, 9, deadline())
    expect(left.map(({ key }) => key)).toEqual([key(3), key(4)])
  })

  test('prune() keeps a record whose retention is extended meanwhile', async () => {
    const url = await newDatabase()
    const rival = await prepared(url)
    const stored = record(1, { retainUntil: Date.now() + 1_000 })
    await rival.write([{ record: stored, expected: null }], deadline())
    const raised = record(1, { retainUntil: Date.now() + 600_000 })
    const real = client(url)
    const server = withFakeReplies(real, {})
    const repository = connect({
      db: (name) => ({
        ...server.db(name),
        command: async (command, options) => {
          if ('delete' in command) {
            await rival.write([{ record: raised, expected: stored.etag }], deadline())
          }
          return server.db(name).command(command, options)
        },
      }),
    })
    await repository.open()
    expect(await repository.prune(Date.now() + 60_000, 9, false, deadline())).toBe(0)
    expect(await rival.read([key(1)], deadline())).toEqual([raised])
  })
})

test('the collection has these indexes and no others', async () => {
  const url = await newDatabase()
  await prepared(url)
  const indexes = await databaseOf(url).collection(COLLECTION).indexes()
  expect(Object.fromEntries(indexes.map(({ name, key }) => [name, key]))).toEqual({
    _id_: { _id: 1 },
    by_retention: { retainUntil: 1 },
    newest_of_group: { groups: 1, createdAt: -1, _id: -1 },
    newest_of_namespace: { namespace: 1, createdAt: -1, _id: -1 },
  })
})

test('every query uses its index, and a page reads only itself, in order', async (context) => {
  const { standIn } = inject('mongodb')
  if (standIn) return context.skip('not run: a stand-in reads and sorts the whole collection')
  const url = await newDatabase()
  const repository = await prepared(url)
  // With other records: in an empty collection every index costs the same.
  const all = Array.from({ length: 200 }, (_, n) => record(n, { groups: [n % 2 ? 'g' : 'other'] }))
  await repository.write(
    all.map((record) => ({ record, expected: null })),
    deadline(),
  )
  const position = { createdAt: record(100).createdAt, key: key(100) }
  const queries: [index: string, commands: readonly Document[]][] = [
    ['_id_', statements.findKeys('default', [key(1), key(2)], 'majority')],
    ['by_retention', statements.findPrunable('default', Date.now(), 9).slice(1)],
  ]
  for (const after of [null, position]) {
    queries.push(
      ['newest_of_group', statements.findPage('default', 'g', after, 9).slice(1)],
      ['newest_of_namespace', statements.findPage('default', null, after, 9).slice(1)],
    )
  }
  for (const [index, commands] of queries) {
    for (const { readConcern: _, maxTimeMS: __, ...query } of commands) {
      const command = { explain: query, verbosity: 'executionStats' }
      const { queryPlanner, executionStats } = await databaseOf(url).command(command)
      const plan = JSON.stringify(queryPlanner.winningPlan)
      expect(plan).toContain(`"indexName":"${index}"`)
      expect(plan).not.toMatch(/COLLSCAN|"SORT"/)
      expect(executionStats.totalDocsExamined).toBeLessThan(20)
    }
  }
})
