import assert from 'node:assert/strict'
import {
  type ListPosition,
  newestFirst,
  type StoredRecord,
  type TokenRepository,
} from '@tokenward/core/adapter'
import { MINUTE } from '../../harness/clock.ts'
import { deadline } from '../../harness/timeouts.ts'
import type { Case } from '../../suite/case.ts'
import { claims } from '../../suite/requirements.ts'
import {
  changed,
  collidingNames,
  insertAll,
  makeRecord,
  makeRecords,
  plain,
  writeOne,
} from './records.ts'

const listPages: Case = {
  name: 'list-pages',
  level: 'adapter',
  catches: 'pages are sorted from the newest, strictly after the last: complete, of one group only',
  requires: claims('listing'),
  async run(context) {
    const repository = await context.repository()
    const [ours, theirs] = [`s${context.random.key()}`, `s${context.random.key()}`]
    const mine = [
      ...makeRecords(context, 30, { groups: [ours] }),
      ...makeRecords(context, 29, { groups: [theirs, ours], kind: 'session' }),
      makeRecord(context, { groups: [ours], expiresAt: Date.now() - MINUTE }),
    ].sort(newestFirst)
    const others = [...makeRecords(context, 30, { groups: [theirs] }), ...makeRecords(context, 10)]
    // One by one and in random order: a store that lists in insertion order must not look sorted.
    for (const record of context.random.shuffle([...mine, ...others])) {
      await insertAll(repository, [record])
    }
    const replaced = mine[0] as StoredRecord
    mine[0] = changed(context, replaced)
    assert.equal(await writeOne(repository, mine[0], replaced.etag), true)
    const exactly = 'of the group, and no others'
    for (const limit of [1, 7, mine.length, 100]) {
      assert.deepEqual(await allPages(repository, ours, limit), mine.map(plain), exactly)
    }
    const everything = [...mine, ...others].sort(newestFirst)
    assert.deepEqual(await allPages(repository, null, 13), everything.map(plain), exactly)
    for (const empty of [`s${context.random.key()}`, ours.slice(0, -1)]) {
      assert.deepEqual(await allPages(repository, empty, 13), [], exactly)
    }
  },
}

const listWhileWriting: Case = {
  name: 'list-while-writing',
  level: 'adapter',
  catches:
    'no offsets: a record that exists throughout is listed once, whatever is inserted in between',
  requires: claims('listing'),
  async run(context) {
    const repository = await context.repository()
    const group = `s${context.random.key()}`
    const initial = makeRecords(context, 40, { groups: [group] }).sort(newestFirst)
    await insertAll(repository, initial)
    const seen: string[] = []
    for (let after: ListPosition | null = null; ; ) {
      const page: readonly StoredRecord[] = await listed(repository, group, after, 5)
      if (page.length === 0) break
      seen.push(...page.map(({ key }) => key))
      after = page.at(-1) ?? null
      const newest = { createdAt: Date.now(), groups: [group] }
      await insertAll(repository, [
        makeRecord(context, newest),
        makeRecord(context, { groups: [group] }),
      ])
    }
    const known = new Set(initial.map(({ key }) => key))
    assert.deepEqual(
      seen.filter((key) => known.has(key)),
      initial.map(({ key }) => key),
    )
    assert.equal(new Set(seen).size, seen.length, 'no record is listed twice')
  },
}

const listOneNamespace: Case = {
  name: 'list-one-namespace',
  level: 'adapter',
  catches: 'list sees one namespace',
  requires: claims('listing'),
  async run(context) {
    const group = `s${context.random.key()}`
    const spaces = collidingNames(context)
    const stored = new Map<string, StoredRecord>()
    for (const space of spaces) {
      const record = makeRecord(context, { groups: [group] })
      await insertAll(await context.repository(space), [record])
      stored.set(space, record)
    }
    for (const [space, record] of stored) {
      const repository = await context.repository(space)
      for (const asked of [group, null]) {
        assert.deepEqual(
          await allPages(repository, asked, 5),
          [plain(record)],
          `listed in ${space}`,
        )
      }
    }
  },
}

async function allPages(
  repository: TokenRepository,
  group: string | null,
  limit: number,
): Promise<(StoredRecord | null)[]> {
  const all: StoredRecord[] = []
  for (;;) {
    const page = await listed(repository, group, all.at(-1) ?? null, limit)
    assert.ok(page.length <= limit, 'no more than the limit')
    all.push(...page)
    if (page.length < limit) return all.map(plain)
  }
}

async function listed(
  repository: TokenRepository,
  group: string | null,
  after: ListPosition | null,
  limit: number,
): Promise<readonly StoredRecord[]> {
  assert.ok(repository.list, 'list is claimed')
  const page = await repository.list(group, after, limit, deadline())
  // This also keeps a broken list from being called without end.
  for (const [i, record] of page.entries()) {
    const last = i === 0 ? after : page[i - 1]
    assert.ok(!last || newestFirst(last, record) < 0, 'newest first, from after the last one')
  }
  return page
}

export const cases: readonly Case[] = [listPages, listWhileWriting, listOneNamespace]
