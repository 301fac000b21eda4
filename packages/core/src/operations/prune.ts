import { notify } from '../callbacks.ts'
import type { Context } from '../context.ts'
import { UnsupportedOperation } from '../errors.ts'
import { parsePrune } from '../input/operations.schema.ts'
import { Deadline } from '../store/deadline.ts'
import { nextTurn } from '../store/timeout.ts'
import { checkCount } from '../store/validate-reply.ts'
import type { Pruned, PruneOptions } from '../types/results.ts'

/** The first batch; the next ones are as large as takes a store about {@link BATCH_MS}. */
const BATCH = 100
const MOST_IN_BATCH = 500
const BATCH_MS = 20
/** Counting more could outlast the deadline. */
const MOST_COUNTED = 100_000

/** Deletes what no answer needs any more, in batches that are bounded in number and in time. */
export async function prune(context: Context, options?: PruneOptions): Promise<Pruned> {
  const { repository, events } = context
  const { limit, dryRun, onProgress } = parsePrune(options)
  if (!context.capabilities.pruning || repository.prune === undefined) {
    throw new UnsupportedOperation(
      `${repository.name} does not prune; its store removes by itself what is past.`,
    )
  }
  if (dryRun) {
    const most = limit ?? MOST_COUNTED
    const deleted = await pruneBatch(context, most, true)
    return { deleted, more: deleted >= most }
  }
  const pruned = await pruneAll(context, limit ?? Number.POSITIVE_INFINITY, onProgress)
  events.emit('pruned', pruned)
  return pruned
}

async function pruneAll(
  context: Context,
  limit: number,
  onProgress: ((deleted: number) => void) | undefined,
): Promise<Pruned> {
  let deleted = 0
  let size = BATCH
  for (;;) {
    const asked = Math.min(size, limit - deleted)
    const started = performance.now()
    const count = await pruneBatch(context, asked, false)
    const ms = performance.now() - started
    deleted += count
    if (onProgress) notify(onProgress, deleted)
    if (count < asked) return { deleted, more: false }
    if (deleted >= limit) return { deleted, more: true }
    size = ms > BATCH_MS ? Math.ceil(size / 2) : Math.min(size * 2, MOST_IN_BATCH)
    // A store in this very thread would let nothing else through.
    await nextTurn()
  }
}

function pruneBatch(
  { policy, store, repository }: Context,
  size: number,
  dryRun: boolean,
): Promise<number> {
  const now = policy.clock()
  return store.bounded(new Deadline(policy.deadline), async (signal) => {
    const count = await repository.prune?.(now, size, dryRun, signal)
    return checkCount(count, size)
  })
}
