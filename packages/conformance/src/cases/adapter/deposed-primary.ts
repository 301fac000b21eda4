import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import type { StoredRecord, TokenRepository } from '@tokenward/core/adapter'
import type { CaseContext } from '../../harness/case-context.ts'
import { deadline, fairTimeout } from '../../harness/timeouts.ts'
import type { Case } from '../../suite/case.ts'
import { all, claims, durable, handle } from '../../suite/requirements.ts'
import { changed, insertAll, makeRecords, readOne, writeOne } from './records.ts'

/** For a client to find the new primary. */
const TAKE_OVER_MS = 60_000
const ATTEMPT_MS = 3_000

const REJECTED = 'rejected'
const orRejected = <T>(call: Promise<T>): Promise<T | typeof REJECTED> => call.catch(() => REJECTED)

/**
 * Sent while the primary is halted and answered when it resumes: it does not know yet that it was
 * deposed.
 */
const deposedPrimary: Case = {
  planRow: 14,
  name: 'deposed-primary',
  level: 'adapter',
  catches:
    'a deposed primary that does not know it yet neither returns old records nor accepts writes',
  requires: all(durable, claims('failoverSafe'), handle('primary'), handle('depose')),
  rounds: { quick: 1, full: 5 },
  async run(context) {
    const truth = await context.repository()
    for (let round = 0; round < context.rounds; round++) await deposeOnce(context, truth)
  },
}

async function deposeOnce(context: CaseContext, truth: TokenRepository): Promise<void> {
  const { server } = context.environment
  const old = await context.repository(context.namespace, await server.primary?.())
  const records = makeRecords(context, 8)
  await insertAll(truth, records)
  for (const { key } of records) await readOne(old, key) // Its connections stay open.
  const wake = resumption(await server.depose?.())
  // A primary that stays halted would fail every later case.
  context.onClose(wake)
  const news = records.map((record) => changed(context, record))
  for (const [i, record] of records.entries()) {
    await replace(truth, news[i] ?? record, record.etag)
  }
  const reads = records.map(({ key }) => orRejected(old.read([key], deadline())))
  const writes = records.map((record) =>
    orRejected(writeOne(old, changed(context, record), record.etag)),
  )
  await wake()
  for (const [i, read] of (await Promise.all(reads)).entries()) {
    const etag = read === REJECTED ? REJECTED : read[0]?.etag
    assert.ok(etag === REJECTED || etag === news[i]?.etag, 'it returned an old record')
  }
  for (const written of await Promise.all(writes)) {
    assert.notEqual(written, true, 'the deposed primary accepted a write')
  }
  for (const { key, etag } of news) {
    assert.equal((await readOne(truth, key))?.etag, etag, 'the acknowledged record is stored')
  }
}

/** Resumes the primary once, however often it is called. */
function resumption(resume: (() => Promise<void>) | undefined): () => Promise<void> {
  let resumed: Promise<void> | undefined
  return async () => {
    resumed ??= resume?.()
    await resumed
  }
}

/**
 * The call that is under way while the primary changes may be rejected, and so may those until the client has
 * found the new one: none of them tells whether the record was stored.
 */
async function replace(
  truth: TokenRepository,
  record: StoredRecord,
  expected: string,
): Promise<void> {
  const late = fairTimeout(TAKE_OVER_MS)
  for (;;) {
    try {
      const replaced = await truth.write([{ record, expected }], fairTimeout(ATTEMPT_MS))
      assert.deepEqual([...replaced], [true], 'the new primary accepts writes')
      return
    } catch (error) {
      if (error instanceof assert.AssertionError || late.aborted) throw error
      await pause(20)
    }
  }
}

export const cases: readonly Case[] = [deposedPrimary]
