import { notify } from '../callbacks.ts'
import type { Context } from '../context.ts'
import { UnsupportedOperation } from '../errors.ts'
import { parsePruneOptions } from '../input/operations.schema.ts'
import { pause } from '../store/timeout.ts'
import { checkCount } from '../store/validate-list.ts'
import type { PruneOptions } from '../types/call-options.ts'
import type { Pruned } from '../types/results.ts'

/**
 * The size of a batch: it is adapted to take the store about {@link BATCH_MS}. Of a store that is far away
 * most of that time is the way there and back, so a smaller batch would only need more of them.
 */
const MIN_BATCH_SIZE = 100
const MAX_BATCH_SIZE = 500
const BATCH_MS = 5
/** The longest pause after a batch. */
const MAX_PAUSE_MS = 100
/** To count more could take longer than the deadline. */
const MAX_COUNTED = 100_000

/** Deletes records that no result depends on any more, in batches that are limited in size and time. */
export async function prune(context: Context, options?: PruneOptions): Promise<Pruned> {
  const { repository, events } = context
  const { limit, dryRun, onProgress } = parsePruneOptions(options)
  if (!context.capabilities.pruning) {
    throw new UnsupportedOperation(
      `The store ${repository.name} cannot prune and need not: it removes old records without your help.`,
    )
  }
  if (dryRun) {
    const maxCount = limit ?? MAX_COUNTED
    const deleted = await pruneBatch(context, maxCount, true)
    return { deleted, more: deleted >= maxCount }
  }
  const pruned = await pruneAll(context, limit ?? Number.POSITIVE_INFINITY, onProgress)
  events.emit('pruned', pruned)
  context.describe?.(pruned)
  return pruned
}

async function pruneAll(
  context: Context,
  limit: number,
  onProgress: ((deleted: number) => void) | undefined,
): Promise<Pruned> {
  let deleted = 0
  let size = MIN_BATCH_SIZE
  for (;;) {
    const batchSize = Math.min(size, limit - deleted)
    const started = performance.now()
    const count = await pruneBatch(context, batchSize, false)
    const ms = performance.now() - started
    deleted += count
    if (onProgress) notify(onProgress, deleted)
    if (count < batchSize) return { deleted, more: false }
    if (deleted >= limit) return { deleted, more: true }
    const next = ms > BATCH_MS ? Math.ceil(size / 2) : size * 2
    size = Math.min(Math.max(next, MIN_BATCH_SIZE), MAX_BATCH_SIZE)
    // As long as the batch took: other calls get half of the time of the store, and of this thread, where
    // the store is in it.
    await pause(Math.min(ms, MAX_PAUSE_MS))
  }
}

function pruneBatch(context: Context, size: number, dryRun: boolean): Promise<number> {
  const { policy, store, repository } = context
  const now = policy.clock()
  return store.call('prune', context.deadline(), async (signal) => {
    const count = await repository.prune?.(now, size, dryRun, signal)
    return checkCount(count, size)
  })
}
