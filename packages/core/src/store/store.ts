import type { StoredRecord, TokenRepository } from '../adapter/contract.ts'
import { isTokenwardError, StoreUnavailable } from '../errors.ts'
import type { StoreCall } from '../types/tracing.ts'
import { Batcher } from './batcher.ts'
import type { Deadline } from './deadline.ts'
import { PendingCalls } from './pending-calls.ts'
import type { Outcome, PendingReply } from './pending-reply.ts'
import { closeRepository } from './repository-users.ts'
import { checkRecords } from './validate-reply.ts'

/** The records that were read, by their keys. */
export type Snapshot = ReadonlyMap<string, StoredRecord | null>

/** Those who wait for a call to the repository. */
export type Waiting = Pick<PendingReply<unknown>, 'deadlines'>

/** Observes a call to the repository; `undefined`: it is not observed. */
export interface StoreTracer {
  store<T>(
    call: StoreCall,
    waiting: Waiting,
    request: () => Promise<T>,
    size?: number,
  ): Promise<T> | undefined
}

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
  /** Whether each operation has its own round trips. */
  readonly perOperation: boolean
  readonly #reads: Batcher<StoredRecord | null, StoredRecord | null>
  readonly #tracer: StoreTracer | null

  constructor(
    repository: TokenRepository,
    watch: StoreWatch,
    tracer: StoreTracer | null = null,
    perOperation = false,
  ) {
    this.repository = repository
    this.perOperation = perOperation
    this.#tracer = tracer
    this.pending = new PendingCalls(outcomeFor(watch))
    this.#reads = new Batcher(this.pending, {
      send: (items, signal, waiting) =>
        this.request(
          'read',
          waiting,
          async () => checkRecords(items, await repository.read([...items.keys()], signal)),
          items.size,
        ),
      coalesce: true,
      maxItems: MAX_READ,
      perOperation,
    })
  }

  /** The records under the keys, and those of other calls, from a read that starts after this call. */
  read(keys: readonly string[], deadline: Deadline): Promise<Snapshot> {
    return this.#reads.add(keys, null, deadline)
  }

  /** Any other call to the repository, with the same deadline and errors. */
  call<T>(
    name: StoreCall,
    deadline: Deadline,
    request: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    return this.pending.call(deadline, (_, signal) =>
      this.request(name, { deadlines: [deadline] }, () => request(signal)),
    )
  }

  /**
   * Calls the repository: every call to it comes through here.
   * @param size how many records are read or written
   */
  request<T>(
    call: StoreCall,
    waiting: Waiting,
    request: () => Promise<T>,
    size?: number,
  ): Promise<T> {
    return this.#tracer?.store(call, waiting, request, size) ?? request()
  }

  /**
   * Rejects all pending and later calls with `error`, but a write that was sent as indeterminate.
   * Closes the repository if no other instance uses it.
   */
  async close(error: Error): Promise<void> {
    this.pending.close(error)
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
