import assert from 'node:assert/strict'
import type { StoredRecord, TokenRepository } from '@tokenward/core/adapter'
import type { CaseContext } from '../../harness/case-context.ts'
import { DAY, MINUTE, SECOND } from '../../harness/clock.ts'
import { deadline } from '../../harness/timeouts.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/requirements.ts'
import {
  assertStored,
  changed,
  insertAll,
  makeRecord,
  makeRecords,
  readOne,
  sorted,
  writeOne,
} from './records.ts'

const ASCII = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join('')
/** The last instant that a Date can hold: core keeps the root until then. */
const FOREVER = 8_640_000_000_000_000
const WITH_FIELDS = 'of a record with other fields'

const repliesInOrder: Case = {
  name: 'replies-in-order',
  level: 'adapter',
  catches: 'read returns records in the order of the keys, and null where there is no record',
  requires: always,
  async run(context) {
    const repository = await context.repository()
    const stored = makeRecords(context, 512)
    for (const from of [0, 256]) await insertAll(repository, stored.slice(from, from + 256))
    const known = new Map(stored.map((record) => [record.key, record]))
    const absent = makeRecords(context, 512)
    const keys = context.random.shuffle([...stored, ...absent].map(({ key }) => key))
    const answer = await repository.read(keys, deadline())
    assert.equal(answer.length, keys.length, 'one answer for each key')
    for (const [i, key] of keys.entries()) {
      assertStored(answer[i] ?? null, known.get(key) ?? null, 'in the order asked')
    }
    assert.deepEqual([...(await repository.read([], deadline()))], [], 'no keys')
  },
}

const fieldsUnchanged: Case = {
  name: 'fields-unchanged',
  level: 'adapter',
  catches: 'every field comes back as it was stored: no escaping, rounding or trimming',
  requires: always,
  async run(context) {
    const repository = await context.repository()
    const group = () => `s${context.random.key()}`
    const variants: Partial<StoredRecord>[] = [
      { kind: 'root', expiresAt: FOREVER, retainUntil: FOREVER },
      { kind: 'cutoff', body: ASCII },
      { kind: 'session', groups: [group(), group(), group(), group(), group()] },
      { state: 'consumed', etag: 'Az09-_'.repeat(11).slice(0, 64) },
      { state: 'revoked', body: '' },
      { body: '{ "b":1.0, "a":[], "a":1e2 }' },
      { body: '  $& $1 $$ \\ %s %_ \' " ` ; -- {"$ne":1}  ' },
      { expiresAt: Date.now() - DAY },
    ]
    for (const fields of variants) {
      const record = makeRecord(context, fields)
      await insertAll(repository, [record])
      assertStored(await readOne(repository, record.key), record, WITH_FIELDS)
      const next = { ...changed(context, record), state: 'revoked', body: ASCII } as const
      assert.equal(await writeOne(repository, next, record.etag), true)
      assertStored(await readOne(repository, record.key), next, WITH_FIELDS)
    }
  },
}

const largestBody: Case = {
  name: 'largest-body',
  level: 'adapter',
  catches: 'a body of maxBodyBytes is stored whole, alone and together with others',
  requires: always,
  async run(context) {
    const repository = await context.repository()
    const length = Math.min(context.environment.capabilities.maxBodyBytes, 2 ** 24)
    assert.ok(length >= 4_096, 'a session and a cutoff with its notes need 4 KiB')
    const record = makeRecord(context, { body: ASCII.repeat(length / 95 + 1).slice(0, length) })
    await insertAll(repository, [record, makeRecord(context)])
    assertStored(await readOne(repository, record.key), record, 'the largest body')
    await largeReply(context, repository, Math.min(length, 65_536))
  },
}

/** A reply of several times 64 KiB, of bodies around that size where they may be as long. */
async function largeReply(
  context: CaseContext,
  repository: TokenRepository,
  length: number,
): Promise<void> {
  const lengths = [length - 1, length, length, length]
  const group = `s${context.random.key()}`
  const records = lengths.map((bytes) =>
    makeRecord(context, { groups: [group], body: ASCII.repeat(bytes / 95 + 1).slice(0, bytes) }),
  )
  await insertAll(repository, records)
  const keys = records.map(({ key }) => key)
  const found = await repository.read(keys, deadline())
  for (const [i, record] of records.entries())
    assertStored(found[i] ?? null, record, 'large bodies together')
  const listed = await repository.list?.(group, null, 10, deadline())
  if (listed) assert.equal(listed.length, records.length, 'large bodies in one page')
}

const longRetention: Case = {
  name: 'long-retention',
  level: 'adapter',
  catches:
    'retention is an absolute instant: a TTL above 30 days or 2^31 s is not read as a past date',
  requires: always,
  async run(context) {
    const repository = await context.repository()
    const days = [29, 30, 31, 365, 3_650, 36_500]
    const instants = days.flatMap((n) => [n * DAY - SECOND, n * DAY, n * DAY + SECOND])
    for (const length of [MINUTE, ...instants]) {
      const end = Date.now() + length
      const record = makeRecord(context, { expiresAt: end, retainUntil: end })
      await insertAll(repository, [record])
      const what = `kept for ${length / SECOND} s`
      assertStored(await readOne(repository, record.key), record, what)
    }
  },
}

const retainedNotExpired: Case = {
  name: 'retained-not-expired',
  level: 'adapter',
  catches: 'expiresAt hides nothing: a retained record is read, and inserts collide with it',
  requires: always,
  async run(context) {
    const repository = await context.repository()
    const record = makeRecord(context, { expiresAt: Date.now() - MINUTE })
    await insertAll(repository, [record])
    assertStored(await readOne(repository, record.key), record, 'an expired record is read')
    const again = await writeOne(repository, changed(context, record), null)
    assert.equal(again, false, 'an insert collides with it')
    assertStored(await readOne(repository, record.key), record, 'an expired record is read')
    const other = await context.repository()
    assertStored(await readOne(other, record.key), record, 'opening changes nothing')
  },
}

const pastRetention: Case = {
  name: 'past-retention',
  level: 'adapter',
  catches: 'a record whose retention is past is refused: a store would drop it and report success',
  requires: always,
  async run(context) {
    const repository = await context.repository()
    const past = { expiresAt: Date.now() - MINUTE, retainUntil: Date.now() - SECOND }
    const insert = makeRecord(context, past)
    await assert.rejects(writeOne(repository, insert, null), 'an insert')
    assertStored(await readOne(repository, insert.key), null)
    const existing = makeRecord(context)
    await insertAll(repository, [existing])
    const change = { ...changed(context, existing), ...past }
    await assert.rejects(writeOne(repository, change, existing.etag), 'a replacement')
    const beside = sorted(
      [insert, makeRecord(context)].map((record) => ({ record, expected: null })),
    )
    await assert.rejects(repository.write(beside, deadline()), 'an insert in a batch')
    assertStored(await readOne(repository, insert.key), null)
    assertStored(await readOne(repository, existing.key), existing)
  },
}

export const cases: readonly Case[] = [
  repliesInOrder,
  fieldsUnchanged,
  largestBody,
  longRetention,
  retainedNotExpired,
  pastRetention,
]
