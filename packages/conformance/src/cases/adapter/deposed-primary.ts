import assert from 'node:assert/strict'
import { deadline } from '../../harness/timeouts.ts'
import type { Case } from '../../suite/case.ts'
import { all, claims, durable, handle } from '../../suite/requirements.ts'
import { changed, insertAll, makeRecords, readOne, writeOne } from './records.ts'

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
  requires: all(
    durable,
    claims('failoverSafe'),
    claims('linearizable'),
    handle('primary'),
    handle('depose'),
  ),
  rounds: { quick: 1, full: 5 },
  async run(context) {
    const { server } = context.environment
    const truth = await context.repository()
    for (let round = 0; round < context.rounds; round++) {
      const url = await server.primary?.()
      const old = await context.repository(context.namespace, url)
      const records = makeRecords(context, 8)
      await insertAll(truth, records)
      for (const { key } of records) await readOne(old, key) // Its connections stay open.
      const wake = await server.depose?.()
      const news = records.map((record) => changed(context, record))
      for (const [i, record] of records.entries()) {
        const replaced = await writeOne(truth, news[i] ?? record, record.etag)
        assert.equal(replaced, true, 'the new primary accepts writes')
      }
      const reads = records.map(({ key }) => orRejected(old.read([key], deadline())))
      const writes = records.map((record) =>
        orRejected(writeOne(old, changed(context, record), record.etag)),
      )
      await wake?.()
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
  },
}

export const cases: readonly Case[] = [deposedPrimary]
