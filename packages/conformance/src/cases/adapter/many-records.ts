import assert from 'node:assert/strict'
import {
  type ListPosition,
  newestFirst,
  type StoredRecord,
  type TokenRepository,
} from '@tokenward/core/adapter'
import { HOUR } from '../../harness/clock.ts'
import { deadline } from '../../harness/timeouts.ts'
import type { Case } from '../../suite/case.ts'
import { all, claims } from '../../suite/requirements.ts'
import { insertAll, makeRecords } from './records.ts'

/** Records of a group for each round: more than the largest page. */
const MANY = 1_100
const FEW = 20
/** The most that core writes in one call. */
const BATCH = 256

const listMany: Case = {
  name: 'list-many',
  level: 'adapter',
  catches: 'a list is complete, however many records it has and however long its pages are',
  requires: claims('listing'),
  rounds: { quick: 1, full: 10 },
  async run(context) {
    const repository = await context.repository()
    const [many, few] = [`s${context.random.key()}`, `s${context.random.key()}`]
    const large = makeRecords(context, MANY * context.rounds, { groups: [many] })
    const small = makeRecords(context, FEW, { groups: [few, many] })
    await insertInBatches(repository, context.random.shuffle([...large, ...small]))
    const ofMany = keysOf([...large, ...small].sort(newestFirst))
    for (const limit of [1_000, 999, 128]) {
      const found = await allPages(repository, many, limit)
      assert.equal(found.length, ofMany.length, `a list of many, in pages of ${limit}`)
      assert.deepEqual(keysOf(found), ofMany, `a list of many, in pages of ${limit}`)
    }
    const ofFew = keysOf(small.sort(newestFirst))
    for (let limit = 1; limit <= FEW + 1; limit++) {
      const found = await allPages(repository, few, limit)
      assert.deepEqual(keysOf(found), ofFew, `a list among many, in pages of ${limit}`)
    }
  },
}

const PAGE = 7

const listWhilePruning: Case = {
  name: 'list-while-pruning',
  level: 'adapter',
  catches:
    'a page begins after the position of a record, and not after the record, which may be gone',
  requires: all(claims('listing'), claims('pruning')),
  async run(context) {
    const repository = await context.repository()
    const group = `s${context.random.key()}`
    const now = Date.now() + HOUR
    const records = makeRecords(context, 60, { groups: [group], retainUntil: now + HOUR })
      .sort(newestFirst)
      // The last one of the first page is past.
      .map((record, i) => (i % 3 === 0 ? { ...record, retainUntil: now } : record))
    await insertAll(repository, records)
    const seen = await allPages(repository, group, PAGE, async (pages) => {
      if (pages === 1) await repository.prune?.(now, 100, false, deadline())
    })
    const retained = keysOf(records.filter(({ retainUntil }, i) => retainUntil > now || i < PAGE))
    assert.deepEqual(keysOf(seen), retained, 'a list that goes on after its last record was pruned')
  },
}

async function insertInBatches(
  repository: TokenRepository,
  records: readonly StoredRecord[],
): Promise<void> {
  for (let from = 0; from < records.length; from += BATCH)
    await insertAll(repository, records.slice(from, from + BATCH))
}

async function allPages(
  repository: TokenRepository,
  group: string,
  limit: number,
  between: (pages: number) => Promise<void> = async () => {},
): Promise<readonly StoredRecord[]> {
  const found: StoredRecord[] = []
  let after: ListPosition | null = null
  for (let pages = 1; ; pages++) {
    const page: readonly StoredRecord[] =
      (await repository.list?.(group, after, limit, deadline())) ?? []
    const [first] = page
    // This also keeps a broken list from being called without end.
    if (after && first) assert.ok(newestFirst(after, first) < 0, 'a page begins after the last one')
    found.push(...page)
    after = page.at(-1) ?? null
    if (page.length < limit) return found
    await between(pages)
  }
}

function keysOf(records: readonly StoredRecord[]): string[] {
  return records.map(({ key }) => key)
}

export const cases: readonly Case[] = [listMany, listWhilePruning]
