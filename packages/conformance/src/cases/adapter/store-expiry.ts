import assert from 'node:assert/strict'
import type { StoredRecord, TokenRepository } from '@tokenward/core/adapter'
import { HOUR, untilInstant } from '../../harness/clock.ts'
import { deadline } from '../../harness/timeouts.ts'
import { eventLoopTurns, handleLater } from '../../harness/unhandled-errors.ts'
import type { Case } from '../../suite/case.ts'
import { always } from '../../suite/requirements.ts'
import {
  assertStored,
  changed,
  insertAll,
  makeRecord,
  makeRecords,
  readOne,
  writeOne,
} from './records.ts'

/**
 * ms until the first retention ends. Where that is past before all is stored, the delay is increased.
 */
const SOONEST = [1_200, 6_000, 30_000]
/** ms: spread over a second, because stores count in seconds. */
const PHASES = [0, 130, 270, 380, 510, 640, 760, 890]

const retainedUntilEnd: Case = {
  name: 'retained-until-end',
  level: 'adapter',
  catches: "the store's own expiry is rounded up, and a replacement renews it",
  requires: always,
  async run(context) {
    const repository = await context.repository()
    const { short, longer } = await inTime(async (start) => {
      const short = PHASES.map((phase) => makeRecord(context, { retainUntil: start + phase }))
      const prolonged = makeRecord(context, { retainUntil: start })
      await insertAll(repository, [...short, prolonged])
      const longer = { ...changed(context, prolonged), retainUntil: start + HOUR }
      assert.equal(await writeOne(repository, longer, prolonged.etag), true)
      return { short, longer }
    })
    await watchToTheEnd(repository, short)
    const left = await readOne(repository, longer.key)
    assertStored(left, longer, 'extended by a replacement')
  },
}

async function watchToTheEnd(
  repository: TokenRepository,
  records: readonly StoredRecord[],
): Promise<void> {
  const keys = records.map(({ key }) => key)
  const last = Math.max(...records.map(({ retainUntil }) => retainUntil))
  while (Date.now() < last) {
    const found = await repository.read(keys, deadline())
    const now = Date.now()
    for (const [i, { retainUntil }] of records.entries()) {
      const isEarly = found[i] === null && now < retainUntil
      assert.ok(!isEarly, `gone ${retainUntil - now} ms before its retention ended`)
    }
    await untilInstant(now + 20)
  }
}

const readsDeleteNothingNewer: Case = {
  name: 'reads-delete-nothing-newer',
  level: 'adapter',
  catches: 'a record past its retention is either there or gone, for reads and writes alike',
  requires: always,
  async run(context) {
    const [reader, writer] = [await context.repository(), await context.repository()]
    const past = await inTime(async (end) => {
      const records = makeRecords(context, 32, { retainUntil: end })
      await insertAll(writer, records)
      return records
    })
    await untilInstant((past[0]?.retainUntil ?? 0) + 1)
    for (const [i, record] of past.entries()) {
      const next = { ...changed(context, record), retainUntil: Date.now() + HOUR }
      if (i % 2 === 0) await replaceUnderReads(reader, writer, record, next, i)
      else if ((await readOne(reader, record.key)) === null) await insertWhereGone(writer, next)
    }
  },
}

/** A read of a record that is past its retention must not affect the record that replaces it. */
async function replaceUnderReads(
  reader: TokenRepository,
  writer: TokenRepository,
  record: StoredRecord,
  next: StoredRecord,
  delay: number,
): Promise<void> {
  const reading = handleLater(readOne(reader, record.key))
  await eventLoopTurns(delay % 8)
  // Otherwise the store has removed it.
  if (!(await writeOne(writer, next, record.etag))) await insertWhereGone(writer, next)
  await reading
  const left = await readOne(reader, next.key)
  assertStored(left, next, 'is stored after a reader found its predecessor')
}

async function insertWhereGone(writer: TokenRepository, next: StoredRecord): Promise<void> {
  const done = await writeOne(writer, next, null)
  assert.equal(done, true, 'an insert where a read found nothing')
}

/**
 * Stores a record whose retention soon ends. Delays of a busy machine do not count against the adapter:
 * only records stored before the instant count.
 */
async function inTime<T>(store: (instant: number) => Promise<T>): Promise<T> {
  for (const soon of SOONEST) {
    const instant = Date.now() + soon
    const stored = await store(instant).then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    )
    if (Date.now() >= instant) continue
    if ('error' in stored) throw stored.error
    return stored.value
  }
  throw new Error(`no record could be stored within ${SOONEST.at(-1)} ms`)
}

export const cases: readonly Case[] = [retainedUntilEnd, readsDeleteNothingNewer]
