import assert from 'node:assert/strict'
import { newestFirst, type StoredRecord, type TokenRepository } from '@tokenward/core/adapter'
import { deadline } from '../../harness/timeouts.ts'
import type { Case } from '../../suite/case.ts'
import { handle } from '../../suite/requirements.ts'
import {
  assertStored,
  changed,
  insertAll,
  makeRecords,
  readOne,
  sorted,
  writeOne,
} from './records.ts'

const corruptRecordKept: Case = {
  name: 'corrupt-record',
  level: 'adapter',
  catches:
    'a record that cannot be decoded any more is one corrupt record: it spoils no batch and can be replaced',
  requires: handle('damage'),
  async run(context) {
    const repository = await context.repository()
    const group = `s${context.random.key()}`
    const records = makeRecords(context, 5, { groups: [group] })
    await insertAll(repository, records)
    const corrupt = records[2] as StoredRecord
    const keys = records.map(({ key }) => key)
    await repository.read(keys, deadline()) // An adapter may remember what it has decoded.
    await context.environment.server.damage?.(corrupt.key)
    const answers = await repository.read(keys, deadline()).catch(rejected)
    const answered = answers[2]
    assert.ok(answered, 'a record that cannot be decoded is not missing')
    assert.equal(answered.key, corrupt.key)
    const isReported = answered.kind === 'corrupt' || answered.body !== corrupt.body
    assert.ok(isReported, 'a corrupt record is returned as it was written')
    for (const [i, record] of records.entries()) {
      if (record !== corrupt) assertStored(answers[i] ?? null, record, 'beside a corrupt record')
    }
    if (context.environment.capabilities.listing) {
      const others = records.filter((record) => record !== corrupt).sort(newestFirst)
      assert.deepEqual(
        await othersListed(repository, group, corrupt.key),
        others.map(({ key }) => key),
        'the others are listed',
      )
    }
    const next = changed(context, corrupt)
    assert.equal(await writeOne(repository, next, null), false, 'a record exists')
    const writes = sorted([
      { record: next, expected: answered.etag },
      ...records.slice(0, 2).map((record) => ({
        record: changed(context, record),
        expected: record.etag,
      })),
    ])
    const written = await repository.write(writes, deadline())
    assert.deepEqual([...written], [true, true, true], 'it is replaced, in a batch of good ones')
    for (const { record } of writes) {
      assertStored(await readOne(repository, record.key), record, 'after it was replaced')
    }
  },
}

/** In pages of one record, so that one of them begins after the corrupt record. */
async function othersListed(repository: TokenRepository, group: string, corrupt: string) {
  const listed: StoredRecord[] = []
  for (let i = 0; i < 10; i++) {
    const page = (await repository.list?.(group, listed.at(-1) ?? null, 1, deadline())) ?? []
    listed.push(...page)
    if (page.length === 0) break
  }
  return listed.map(({ key }) => key).filter((key) => key !== corrupt)
}

function rejected(error: unknown): never {
  assert.fail(`one corrupt record spoils the whole read: ${error}`)
}

export const cases: readonly Case[] = [corruptRecordKept]
