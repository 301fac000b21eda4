import assert from 'node:assert/strict'
import type { StoredRecord, TokenRepository } from '@tokenward/core/adapter'
import type { CaseContext } from '../../harness/case-context.ts'
import { deadline } from '../../harness/timeouts.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/requirements.ts'
import {
  assertStored,
  changed,
  insertAll,
  keysOf,
  makeRecord,
  makeRecords,
  readOne,
  sorted,
  writeOne,
} from './records.ts'

const insertIfAbsent: Case = {
  name: 'insert-if-absent',
  level: 'adapter',
  catches: 'an insert checks whether a record exists, and then leaves it alone',
  requires: always,
  async run(context) {
    const [first, second] = [await context.repository(), await context.repository()]
    const record = makeRecord(context)
    assertStored(await readOne(first, record.key), null)
    assert.equal(await writeOne(first, record, null), true)
    const acknowledged = await readOne(second, record.key)
    assertStored(acknowledged, record, 'acknowledged, and not there for another')
    const again = await writeOne(second, changed(context, record), null)
    assert.equal(again, false, 'an insert over an existing record')
    const alike = { ...record, etag: changed(context, record).etag }
    assert.equal(await writeOne(second, alike, null), false, 'an insert of the same content')
    assertStored(await readOne(first, record.key), record, 'a refused insert changes nothing')
  },
}

const conditionalReplace: Case = {
  name: 'conditional-replace',
  level: 'adapter',
  catches: 'a replacement compares the stored etag with the expected one; false changes nothing',
  requires: always,
  async run(context) {
    const [repository, other] = [await context.repository(), await context.repository()]
    const first = makeRecord(context)
    const [second, third] = [changed(context, first), changed(context, first)]
    assert.equal(await writeOne(repository, second, first.etag), false, 'no record yet')
    assertStored(await readOne(repository, first.key), null)
    await insertAll(repository, [first])
    assert.equal(await writeOne(repository, second, first.etag), true)
    const early = 'a replacement was acknowledged, and is not there for another'
    assertStored(await readOne(other, first.key), second, early)
    assert.equal(await writeOne(repository, third, first.etag), false, 'the etag was replaced')
    for (const [etag, how] of similarTo(second.etag))
      assert.equal(await writeOne(repository, third, etag), false, `an etag that differs in ${how}`)
    assertStored(await readOne(repository, first.key), second)
  },
}

function similarTo(etag: string): readonly (readonly [etag: string, how: string])[] {
  const [upper, lower] = [etag.toUpperCase(), etag.toLowerCase()]
  const last = etag.endsWith('0') ? '1' : '0'
  return [
    [etag === lower ? upper : lower, 'letter case alone'],
    [etag.slice(0, -1) + last, 'its last character'],
    [etag.slice(0, -1), 'its length'],
  ]
}

const repeatedWrite: Case = {
  name: 'repeated-write',
  level: 'adapter',
  catches:
    'true when the stored etag already is the etag of the record: an answer may have been lost',
  requires: always,
  async run(context) {
    const repository = await context.repository()
    const first = makeRecord(context)
    const [second, third] = [changed(context, first), changed(context, first)]
    assert.equal(await writeOne(repository, first, null), true)
    assert.equal(await writeOne(repository, first, null), true, 'the same insert again')
    assert.equal(await writeOne(repository, second, first.etag), true)
    assert.equal(await writeOne(repository, second, first.etag), true, 'the same change again')
    assert.equal(await writeOne(repository, first, null), false, 'a late repetition of the insert')
    assertStored(await readOne(repository, first.key), second)
    assert.equal(await writeOne(repository, third, second.etag), true)
    assert.equal(await writeOne(repository, second, first.etag), false, 'a late repetition')
    assertStored(await readOne(repository, first.key), third)
  },
}

const entriesIndependent: Case = {
  name: 'entries-independent',
  level: 'adapter',
  catches: 'an entry that fails its condition does not affect the other entries of the batch',
  requires: always,
  async run(context) {
    const repository = await context.repository()
    // The most that core writes in one call.
    const records = makeRecords(context, 256)
    const stored = records.filter((_, i) => i % 3 === 0)
    await insertAll(repository, stored)
    const batch = sorted(
      records.map((record, i) => {
        const next = changed(context, record)
        // Every second of the stored records is replaced correctly; the other inserts collide.
        return { record: next, expected: i % 6 === 0 ? record.etag : null }
      }),
    )
    const answer = await repository.write(batch, deadline())
    const shouldWin = (key: string) => {
      const at = records.findIndex((record) => record.key === key)
      return at % 3 !== 0 || at % 6 === 0
    }
    assert.equal(answer.length, batch.length, 'one answer for each entry')
    for (const [i, { record }] of batch.entries()) {
      const wins = shouldWin(record.key)
      const condition = wins ? 'holds' : 'fails'
      assert.equal(
        answer[i],
        wins,
        `an entry whose condition ${condition} was answered ${answer[i]}`,
      )
    }
    const left = await readAmongOthers(context, repository, keysOf(batch))
    for (const [i, { record }] of batch.entries()) {
      const before = stored.find(({ key }) => key === record.key) ?? null
      const expected = shouldWin(record.key) ? record : before
      assertStored(left[i] ?? null, expected, 'stored after the batch')
    }
  },
}

/** With as many unknown keys between them: the most that core reads in one call. */
async function readAmongOthers(
  context: CaseContext,
  repository: TokenRepository,
  keys: readonly string[],
): Promise<readonly (StoredRecord | null)[]> {
  const asked = keys.flatMap((key) => [key, context.random.key()])
  const answers = await repository.read(asked, deadline())
  assert.equal(answers.length, asked.length, `one answer for each of ${asked.length} keys`)
  const unknown = answers.filter((_, i) => i % 2 === 1)
  assert.ok(
    unknown.every((answer) => answer === null),
    'nothing is found under an unknown key',
  )
  return answers.filter((_, i) => i % 2 === 0)
}

const registerRace: Case = {
  name: 'register-race',
  level: 'adapter',
  catches: 'comparing and setting are one step: of racing writes on one etag, one returns true',
  requires: always,
  rounds: { quick: 100, full: 5_000 },
  async run(context) {
    const repositories = await Promise.all(Array.from({ length: 4 }, () => context.repository()))
    const key = context.random.key()
    let stored: StoredRecord | null = null
    for (let round = 0; round < context.rounds; round++) {
      stored = await raceOnce(context, repositories, key, stored)
    }
  },
}

type Repositories = Awaited<ReturnType<CaseContext['repository']>>[]

async function raceOnce(
  context: CaseContext,
  repositories: Repositories,
  key: string,
  stored: StoredRecord | null,
): Promise<StoredRecord> {
  const racers = Array.from({ length: 16 }, () => makeRecord(context, { key }))
  const answers = await Promise.all(
    racers.map((record, i) => {
      const repository = repositories[i % repositories.length] as Repositories[number]
      return writeOne(repository, record, stored?.etag ?? null)
    }),
  )
  const winners = racers.filter((_, i) => answers[i] === true)
  assert.equal(winners.length, 1, 'of 16 racing writes, one is answered true')
  const winner = winners[0] as StoredRecord
  assertStored(await readOne(context.random.pick(repositories), key), winner)
  return winner
}

export const cases: readonly Case[] = [
  insertIfAbsent,
  conditionalReplace,
  repeatedWrite,
  entriesIndependent,
  registerRace,
]
