import type { StoredRecord, TokenRepository, Write } from '../adapter/contract.ts'
import { Closed, isTokenwardError, StoreUnavailable, WriteIndeterminate } from '../errors.ts'
import { Batcher } from './batcher.ts'
import type { Deadline } from './deadline.ts'
import { PendingCalls } from './pending-calls.ts'
import type { Outcome } from './pending-reply.ts'
import { closeRepository } from './repository-users.ts'
import { checkRecords, checkWritten } from './validate-reply.ts'

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
const MAX_WRITTEN = 256

/** The only way to the repository: batches its calls, ends them at the deadline, and wraps its errors. */
export class Store {
  readonly #repository: TokenRepository
  readonly #pending: PendingCalls
  readonly #reads: Batcher<StoredRecord | null, StoredRecord | null>
  readonly #writes: Batcher<Write, boolean>
  /** The writes that were passed to the adapter: they may have happened. */
  readonly #sent = new WeakSet<Write>()

  constructor(repository: TokenRepository, watch: StoreWatch) {
    this.#repository = repository
    this.#pending = new PendingCalls(outcomeFor(watch))
    this.#reads = new Batcher(this.#pending, {
      send: async (items, signal) =>
        checkRecords(items, await repository.read([...items.keys()], signal)),
      coalesce: true,
      maxItems: MAX_READ,
    })
    this.#writes = new Batcher(this.#pending, {
      send: async (items, signal) => {
        const keys = [...items.keys()].sort()
        const writes = keys.map((key) => items.get(key) as Write)
        for (const write of writes) this.#sent.add(write)
        return checkWritten(keys, await repository.write(writes, signal))
      },
      coalesce: false,
      maxItems: MAX_WRITTEN,
    })
  }

  /** The records under the keys, and those of other calls, from a read that starts after this call. */
  read(keys: readonly string[], deadline: Deadline): Promise<Snapshot> {
    return this.#reads.add(keys, null, deadline)
  }

  /**
   * @throws `TOKENWARD_WRITE_INDETERMINATE`: it was sent and may have happened
   * @throws `TOKENWARD_STORE_UNAVAILABLE`, `TOKENWARD_CLOSED`: it was not sent
   */
  async write(write: Write, deadline: Deadline): Promise<boolean> {
    const { key } = write.record
    try {
      return (await this.#writes.add([key], write, deadline)).get(key) === true
    } catch (error) {
      // A busy thread could still send it, after its caller has repeated the call.
      this.#writes.withdraw(key, write)
      throw this.#sent.has(write) && !isDefinite(error) ? indeterminate(error) : error
    }
  }

  /** Any other call to the repository, with the same deadline and errors. */
  call<T>(deadline: Deadline, request: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return this.#pending.call(deadline, (_, signal) => request(signal))
  }

  /**
   * Rejects all pending and later calls with {@link Closed}, but a write that was sent as indeterminate.
   * Closes the repository if no other instance uses it.
   */
  async close(): Promise<void> {
    this.#pending.close(new Closed('The instance is closed; create another.'))
    await closeRepository(this.#repository)
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

/** The adapter refused the write, for example because the schema is missing: nothing was written. */
function isDefinite(error: unknown): boolean {
  if (!isTokenwardError(error) || error.retryable) return false
  // To close an adapter may have aborted a write that was under way.
  return error.code !== 'TOKENWARD_CLOSED'
}

function indeterminate(cause: unknown): WriteIndeterminate {
  return new WriteIndeterminate('The write may have happened: repeat the call.', cause)
}
