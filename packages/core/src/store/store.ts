import type { StoredRecord, TokenRepository, Write } from '../adapter/contract.ts'
import { Closed, isTokenwardError, StoreUnavailable, WriteIndeterminate } from '../errors.ts'
import { assertReadable } from '../records/readable.ts'
import { Batcher } from './batcher.ts'
import { type Deadline, PendingCalls } from './deadline.ts'
import { closeRepository } from './repository-users.ts'
import { afterDeadline } from './timeout.ts'
import { checkRecords, checkWritten } from './validate-reply.ts'

export interface StoreWatch {
  /** The store has stopped answering. */
  readonly unavailable: (error: Error) => void
  /** It answers again. */
  readonly recovered: (afterMs: number) => void
}

/** The only way to the repository: batches its calls, ends them at the deadline, and wraps its errors. */
export class Store {
  readonly #repository: TokenRepository
  readonly #watch: StoreWatch
  readonly #pending = new PendingCalls()
  readonly #reads: Batcher<null, StoredRecord | null>
  readonly #writes: Batcher<Write, boolean>
  /** The writes that were passed to the adapter: they may have happened. */
  readonly #sent = new WeakSet<Write>()
  #downSince: number | null = null

  constructor(repository: TokenRepository, watch: StoreWatch) {
    this.#repository = repository
    this.#watch = watch
    this.#reads = new Batcher(
      async (items, signal) => {
        const keys = [...items.keys()]
        return checkRecords(keys, await repository.read(keys, signal))
      },
      { coalesce: true },
    )
    this.#writes = new Batcher(
      async (items, signal) => {
        const keys = [...items.keys()].sort()
        const writes = keys.map((key) => items.get(key) as Write)
        for (const write of writes) this.#sent.add(write)
        return checkWritten(keys, await repository.write(writes, signal))
      },
      { coalesce: false },
    )
  }

  /** The records under the keys, from a read that starts after this call. */
  async read(
    keys: Iterable<string>,
    deadline: Deadline,
  ): Promise<ReadonlyMap<string, StoredRecord | null>> {
    const items = [...keys].map((key) => [key, null] as const)
    return this.call(deadline, (remainingMs) =>
      this.#reads.add(items, performance.now() + remainingMs),
    )
  }

  /**
   * @throws `TOKENWARD_WRITE_INDETERMINATE`: it was sent and may have happened
   * @throws `TOKENWARD_STORE_UNAVAILABLE`, `TOKENWARD_CLOSED`: it was not sent
   */
  async write(write: Write, deadline: Deadline): Promise<boolean> {
    assertReadable(write.record)
    const { key } = write.record
    try {
      const replies = await this.call(deadline, (remainingMs) =>
        this.#writes.add([[key, write]], performance.now() + remainingMs),
      )
      return replies.get(key) === true
    } catch (error) {
      // A busy thread could still send it, after its caller has repeated the call.
      this.#writes.withdraw(key, write)
      throw this.#sent.has(write) && !isDefinite(error) ? indeterminate(error) : error
    }
  }

  /** Any other call to the repository, with the same deadline and errors. */
  callWithSignal<T>(deadline: Deadline, request: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return this.call(deadline, async (remainingMs) => {
      const controller = new AbortController()
      const cancel = afterDeadline(remainingMs, () => controller.abort())
      try {
        return await request(controller.signal)
      } finally {
        cancel()
      }
    })
  }

  call<T>(deadline: Deadline, request: (remainingMs: number) => Promise<T>): Promise<T> {
    return deadline.run(async (remainingMs) => {
      try {
        const onTimeout = () =>
          new StoreUnavailable(
            'The store did not answer within the deadline: check the store, or give a longer deadline.',
          )
        const reply = await this.#pending.wait(request(remainingMs), remainingMs, onTimeout)
        this.#up()
        return reply
      } catch (cause) {
        const known = isTokenwardError(cause)
        const error = known
          ? cause
          : new StoreUnavailable('The store failed; see the cause.', cause)
        if (isTokenwardError(error) && error.retryable) this.#down(error)
        throw error
      }
    })
  }

  /**
   * Rejects all pending and later calls with {@link Closed}, but a write that was sent as indeterminate.
   * Closes the repository if no other instance uses it.
   */
  async close(): Promise<void> {
    this.#pending.close(new Closed('The instance is closed; create another.'))
    await closeRepository(this.#repository)
  }

  #down(error: Error): void {
    if (this.#downSince !== null) return
    this.#downSince = performance.now()
    this.#watch.unavailable(error)
  }

  #up(): void {
    if (this.#downSince === null) return
    const afterMs = performance.now() - this.#downSince
    this.#downSince = null
    this.#watch.recovered(afterMs)
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
