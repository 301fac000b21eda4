import assert from 'node:assert/strict'
import type { StoredRecord, TokenRepository } from '@tokenward/core/adapter'
import type { CaseContext } from '../../harness/case-context.ts'
import { HOUR } from '../../harness/clock.ts'
import { type RepositoryWrapper, replace } from '../../interceptors/intercept.ts'
import type { Case } from '../../suite/case.ts'
import { claims } from '../../suite/requirements.ts'
import { insertAll, makeRecords } from '../adapter/records.ts'

/** The most that one statement may delete: more would block others, in the store too. */
const MOST = 1_000
const RECORDS = 2_500
/** Size of the records that this case inserts. */
const BATCH = 250

const pruneYields: Case = {
  name: 'prune-yields',
  level: 'engine',
  catches: 'between two batches of a prune the event loop turns: timers and requests continue',
  requires: claims('pruning'),
  async run(context) {
    const seen = watchBatches()
    const instance = await context.instance({ wrap: seen.wrap })
    await fill(context, RECORDS)
    context.clock.advance(2 * HOUR)
    let deleted = 0
    for (let more = true; more; ) {
      const pruned = await instance.prune()
      deleted += pruned.deleted
      more = pruned.more
    }
    assert.equal(deleted, RECORDS, 'all that is past')
    assert.ok(seen.limits.length > 2, `${deleted} records in ${seen.limits.length} batches`)
    assert.ok(Math.max(...seen.limits) <= MOST, `a batch of ${Math.max(...seen.limits)}`)
    assert.equal(seen.turnless(), 0, 'batches that followed without a turn of the event loop')
  },
}

/** Counted in turns of the event loop, and not in time, so that a busy machine changes nothing. */
function watchBatches(): {
  readonly wrap: RepositoryWrapper
  readonly limits: number[]
  turnless(): number
} {
  const limits: number[] = []
  let turnless = 0
  let hasTurned = true
  const prune =
    (inner: TokenRepository): TokenRepository['prune'] =>
    async (now, limit, dryRun, signal) => {
      limits.push(limit)
      if (!hasTurned) turnless++
      hasTurned = false
      const deleted = await (inner.prune as NonNullable<TokenRepository['prune']>)(
        now,
        limit,
        dryRun,
        signal,
      )
      setImmediate(() => {
        hasTurned = true
      })
      return deleted
    }
  return {
    limits,
    turnless: () => turnless,
    wrap: (inner) => replace(inner, { prune: prune(inner) }),
  }
}

async function fill(context: CaseContext, count: number): Promise<void> {
  const repository = await context.repository()
  const past: Partial<StoredRecord> = { retainUntil: Date.now() + HOUR }
  for (let left = count; left > 0; left -= BATCH) {
    await insertAll(repository, makeRecords(context, Math.min(BATCH, left), past))
  }
}

export const cases: readonly Case[] = [pruneYields]
