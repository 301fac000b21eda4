import assert from 'node:assert/strict'
import type { StoredRecord, TokenRepository } from '@tokenward/core/adapter'
import { HOUR, SECOND } from '../../harness/clock.ts'
import { deadline } from '../../harness/timeouts.ts'
import { eventLoopTurns } from '../../harness/unhandled-errors.ts'
import type { Case } from '../../suite/case.ts'
import { claims } from '../../suite/requirements.ts'
import {
  assertStored,
  changed,
  collidingNames,
  insertAll,
  makeRecord,
  makeRecords,
  readOne,
  writeOne,
} from './records.ts'

const EXACTLY = 'everything past and nothing else'

const pruneKeepsRetained: Case = {
  name: 'prune-keeps-retained',
  level: 'adapter',
  catches:
    'prune deletes records with retainUntil <= now and no others, up to its limit, and returns their count',
  requires: claims('pruning'),
  async run(context) {
    const repository = await context.repository()
    const now = Date.now() + HOUR
    const group = `s${context.random.key()}`
    const at = (retainUntil: number) =>
      (['token', 'session', 'cutoff'] as const).map((kind) =>
        makeRecord(context, { kind, expiresAt: now - HOUR / 2, retainUntil, groups: [group] }),
      )
    const past = [...at(now - SECOND), ...at(now - 1), ...at(now)]
    const kept = [...at(now + 1), ...at(now + SECOND)]
    await insertAll(repository, [...past, ...kept])
    const existing = () => countStored(repository, [...past, ...kept])
    assert.equal(await pruned(repository, now, 4, true), 4, 'a dry run counts up to the limit')
    assert.equal(await existing(), past.length + kept.length, 'a dry run deletes nothing')
    assert.equal(await pruned(repository, now, 4), 4, 'at most the limit')
    assert.equal(await existing(), past.length + kept.length - 4, 'the pruned records are gone')
    assert.equal(await pruned(repository, now, 100), past.length - 4, EXACTLY)
    assert.equal(await pruned(repository, now, 100), 0, EXACTLY)
    for (const record of kept) assertStored(await readOne(repository, record.key), record, EXACTLY)
    for (const record of past) {
      const again = { ...changed(context, record), retainUntil: now + HOUR, groups: [] }
      assert.equal(
        await writeOne(repository, again, null),
        true,
        'an insert where a record was pruned',
      )
    }
    const left = 'a pruned record is in no list, and shortens no page'
    for (const limit of [100, kept.length]) {
      const listed = await repository.list?.(group, null, limit, deadline())
      if (listed) assert.deepEqual(keysOf(listed), keysOf(kept), left)
    }
  },
}

const pruneSparesExtended: Case = {
  name: 'prune-spares-extended',
  level: 'adapter',
  catches:
    'the deleting statement tests retainUntil again: a record whose retention was just extended stays',
  requires: claims('pruning'),
  rounds: { quick: 40, full: 2_000 },
  async run(context) {
    const [writer, pruner] = [await context.repository(), await context.repository()]
    for (let round = 0; round < context.rounds; round++) {
      const now = Date.now() + HOUR
      const old = makeRecords(context, 16, { retainUntil: now - SECOND })
      await insertAll(writer, old)
      const raised = old.map((record) => ({
        ...changed(context, record),
        retainUntil: now + HOUR,
      }))
      const pruning = pruned(pruner, now, 1_000)
      const writes = raised.map(async (record, i) => {
        await eventLoopTurns(i % 3)
        return await writeOne(writer, record, old[i]?.etag ?? null)
      })
      const [answers] = await Promise.all([Promise.all(writes), pruning])
      for (const [i, record] of raised.entries()) {
        // If the prune came first, the change found no record. If the change came first, there
        // was no record to prune.
        const expected = answers[i] ? record : null
        assertStored(await readOne(pruner, record.key), expected, 'extended while it was pruned')
      }
    }
  },
}

const pruneOneNamespace: Case = {
  name: 'prune-one-namespace',
  level: 'adapter',
  catches: 'prune affects one namespace',
  requires: claims('pruning'),
  async run(context) {
    const spaces = collidingNames(context)
    const now = Date.now() + HOUR
    const stored: { space: string; repository: TokenRepository; record: StoredRecord }[] = []
    for (const space of spaces) {
      const repository = await context.repository(space)
      const record = makeRecord(context, { retainUntil: now - SECOND })
      await insertAll(repository, [record])
      stored.push({ space, repository, record })
    }
    for (const [i, { space, repository }] of stored.entries()) {
      assert.equal(await pruned(repository, now, 100), 1, `pruned in ${space}`)
      for (const { repository: other, record } of stored.slice(i + 1))
        assertStored(await readOne(other, record.key), record)
    }
  },
}

async function pruned(
  repository: TokenRepository,
  now: number,
  limit: number,
  dryRun = false,
): Promise<number> {
  assert.ok(repository.prune, 'prune is claimed')
  return await repository.prune(now, limit, dryRun, deadline())
}

function keysOf(records: readonly StoredRecord[]): string[] {
  return records.map(({ key }) => key).sort()
}

async function countStored(
  repository: TokenRepository,
  records: readonly StoredRecord[],
): Promise<number> {
  const found = await repository.read(
    records.map(({ key }) => key),
    deadline(),
  )
  return found.filter((record) => record !== null).length
}

export const cases: readonly Case[] = [pruneKeepsRetained, pruneSparesExtended, pruneOneNamespace]
