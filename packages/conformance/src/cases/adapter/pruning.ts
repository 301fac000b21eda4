import assert from 'node:assert/strict'
import type { StoredRecord, TokenRepository } from '@tokenward/core'
import { HOUR, SECOND } from '../../harness/clock.ts'
import { patience } from '../../harness/deadline.ts'
import { turns } from '../../harness/unhandled-errors.ts'
import type { Case } from '../../suite/case.ts'
import { claims } from '../../suite/requirements.ts'
import {
  assertStands,
  changed,
  insertAll,
  makeRecord,
  makeRecords,
  namesThatMeet,
  readOne,
  writeOne,
} from './records.ts'

const EXACTLY = 'everything past and nothing else'

const pruneKeepsRetained: Case = {
  name: 'prune-keeps-retained',
  level: 'adapter',
  guards:
    'prune takes what has retainUntil <= now and nothing else, up to its limit, and counts it',
  gate: claims('pruning'),
  async run(bench) {
    const repository = await bench.repository()
    const now = Date.now() + HOUR
    const at = (retainUntil: number) =>
      makeRecords(bench, 3, { expiresAt: now - HOUR / 2, retainUntil })
    const past = [...at(now - SECOND), ...at(now - 1), ...at(now)]
    const kept = [...at(now + 1), ...at(now + SECOND)]
    await insertAll(repository, [...past, ...kept])
    const standing = () => countStanding(repository, [...past, ...kept])
    assert.equal(await pruned(repository, now, 4, true), 4, 'a dry run counts up to the limit')
    assert.equal(await standing(), past.length + kept.length, 'a dry run deletes nothing')
    assert.equal(await pruned(repository, now, 4), 4, 'at most the limit')
    assert.equal(await standing(), past.length + kept.length - 4, 'what was pruned are gone')
    assert.equal(await pruned(repository, now, 100), past.length - 4, EXACTLY)
    assert.equal(await pruned(repository, now, 100), 0, EXACTLY)
    for (const record of kept) assertStands(await readOne(repository, record.key), record, EXACTLY)
    for (const record of past) {
      const again = { ...changed(bench, record), retainUntil: now + HOUR }
      assert.equal(
        await writeOne(repository, again, null),
        true,
        'an insert where something was pruned',
      )
    }
  },
}

const pruneSparesRaised: Case = {
  name: 'prune-spares-raised',
  level: 'adapter',
  guards: 'the deleting statement tests retainUntil again: what was just kept longer stays',
  gate: claims('pruning'),
  rounds: { some: 40, full: 2_000 },
  async run(bench) {
    const [writer, pruner] = [await bench.repository(), await bench.repository()]
    for (let round = 0; round < bench.rounds; round++) {
      const now = Date.now() + HOUR
      const old = makeRecords(bench, 16, { retainUntil: now - SECOND })
      await insertAll(writer, old)
      const raised = old.map((record) => ({
        ...changed(bench, record),
        retainUntil: now + HOUR,
      }))
      const pruning = pruned(pruner, now, 1_000)
      const writes = raised.map(async (record, i) => {
        await turns(i % 3)
        return await writeOne(writer, record, old[i]?.etag ?? null)
      })
      const [answers] = await Promise.all([Promise.all(writes), pruning])
      for (const [i, record] of raised.entries()) {
        // Pruned first: the change found nothing. Changed first: there was nothing to prune.
        const expected = answers[i] ? record : null
        assertStands(await readOne(pruner, record.key), expected, 'kept longer while it was pruned')
      }
    }
  },
}

const pruneStaysInside: Case = {
  name: 'prune-stays-inside',
  level: 'adapter',
  guards: 'prune sees one namespace',
  gate: claims('pruning'),
  async run(bench) {
    const spaces = namesThatMeet(bench)
    const now = Date.now() + HOUR
    const stored = new Map<string, StoredRecord>()
    for (const space of spaces) {
      const record = makeRecord(bench, { retainUntil: now - SECOND })
      await insertAll(await bench.repository(space), [record])
      stored.set(space, record)
    }
    for (const [i, space] of spaces.entries()) {
      const count = await pruned(await bench.repository(space), now, 100)
      assert.equal(count, 1, `pruned in ${space}`)
      for (const other of spaces.slice(i + 1)) {
        const record = stored.get(other) as StoredRecord
        assertStands(await readOne(await bench.repository(other), record.key), record)
      }
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
  return await repository.prune(now, limit, dryRun, patience())
}

async function countStanding(
  repository: TokenRepository,
  records: readonly StoredRecord[],
): Promise<number> {
  const found = await repository.read(
    records.map(({ key }) => key),
    patience(),
  )
  return found.filter((record) => record !== null).length
}

export const cases: readonly Case[] = [pruneKeepsRetained, pruneSparesRaised, pruneStaysInside]
