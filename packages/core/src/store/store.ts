import type { StoredRecord, TokenRepository } from '../adapter/contract.ts'
import { Closed, isTokenwardError, StoreUnavailable } from '../errors.ts'
import { Batcher } from './batcher.ts'
import type { Deadline } from './deadline.ts'
import { PendingCalls } from './pending-calls.ts'
import type { Outcome } from './pending-reply.ts'
import { closeRepository } from './repository-users.ts'
import { checkRecords } from './validate-reply.ts'

/** The records that were read, by their keys. */
export type Snapshot = ReadonlyMap<string, StoredRecord | null>

export interface StoreWatch {
  /** The store has stopped answering. */
  readonly unavailable: (error: Error) => void
  /** It answers again. */
  readonly recovered: (afterMs: number) => void
}

/** Records of one read: with 64 calls at once, each with its own session and token, one round trip. */
const MAX_READ = 512

/**
 * The only way to the repository: batches its reads, ends all calls at the deadline, and wraps their errors.
 * The writes are in `writes.ts`, which is loaded with the first operation that writes.
 */
export class Store {
  readonly repository: TokenRepository
  /** The calls under way. */
  readonly pending: PendingCalls
  readonly #reads: Batcher<StoredRecord | null, StoredRecord | null>

  constructor(repository: TokenRepository, watch: StoreWatch) {
    this.repository = repository
    this.pending = new PendingCalls(outcomeFor(watch))
    this.#reads = new Batcher(this.pending, {
      send: async (items, signal) =>
        checkRecords(items, await repository.read([...items.keys()], signal)),
      coalesce: true,
      maxItems: MAX_READ,
    })
  }

  /** The records under the keys, and those of other calls, from a read that starts after this call. */
  read(keys: readonly string[], deadline: Deadline): Promise<Snapshot> {
    return this.#reads.add(keys, null, deadline)
  }

  /** Any other call to the repository, with the same deadline and errors. */
  call<T>(deadline: Deadline, request: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return this.pending.call(deadline, (_, signal) => request(signal))
  }

  /**
   * Rejects all pending and later calls with {@link Closed}, but a write that was sent as indeterminate.
   * Closes the repository if no other instance uses it.
   */
  async close(): Promise<void> {
    this.pending.close(new Closed('The instance is closed; create another.'))
    await closeRepository(this.repository)
  }
}

/** Wraps the errors of the adapter, and reports when the store fails and when it answers again. */
function outcomeFor(watch: StoreWatch): Outcome {
  let downSince: number | null = null
  const failed = (cause: unknown): unknown => {
    const error = isTokenwardError(cause)
      ? cause
      : new StoreUnavailable('The store failed; see the cause.', cause)
    if (!error.retryable || downSince !== null) return error
    downSince = performance.now()
    watch.unavailable(error)
    return error
  }
  return {
    failed,
    timedOut: () =>
      failed(
        new StoreUnavailable(
          'The store did not answer within the deadline: check the store, or give a longer deadline.',
        ),
      ),
    answered() {
      if (downSince === null) return
      const afterMs = performance.now() - downSince
      downSince = null
      watch.recovered(afterMs)
    },
  }
}
