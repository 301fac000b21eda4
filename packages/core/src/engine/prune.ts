import { UnsupportedOperation } from '../errors/errors.ts'
import { parsePrune } from '../input/operator.schema.ts'
import { Budget } from '../store/budget.ts'
import type { Pruned } from './answers.ts'
import type { Context } from './context.ts'

/** One call of the store: small enough not to hold anybody up. */
const BATCH = 500

/** Deletes what no answer needs any more, in bounded batches. */
export async function prune(context: Context, options?: object): Promise<Pruned> {
  const { policy, store, repository, events } = context
  const { limit, dryRun } = parsePrune(options)
  const ask = repository.prune?.bind(repository)
  if (!context.capabilities.pruning || ask === undefined) {
    throw new UnsupportedOperation(
      `${repository.name} does not prune; its store forgets by itself.`,
    )
  }
  let deleted = 0
  let more = true
  while (more && deleted < limit) {
    const size = dryRun ? limit : Math.min(BATCH, limit - deleted)
    const now = policy.clock()
    const count = await store.bounded(new Budget(policy.deadline), (signal) =>
      ask(now, size, dryRun, signal),
    )
    deleted += count
    more = count >= size
  }
  const pruned = { deleted, more }
  if (!dryRun) events.emit('pruned', pruned)
  return pruned
}
