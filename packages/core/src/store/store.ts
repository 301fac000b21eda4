import type { StoredRecord, TokenRepository, Write } from '../adapter/contract.ts'
import { Closed, isTokenwardError, StoreUnavailable, WriteIndeterminate } from '../errors.ts'
import { assertReadable } from '../records/readable.ts'
import { Batcher } from './batcher.ts'
import type { Deadline } from './deadline.ts'
import { PendingCalls } from './pending-calls.ts'
import { closeRepository } from './repository-users.ts'
import { afterDeadline } from './timeout.ts'
import { checkRecords, checkWritten } from './validate-reply.ts'

export interface StoreWatch {
  /** The store stopped answering. */
  readonly unavailable: (error: Error) => void
  /** It answers again, after so many ms. */
  readonly recovered: (after: number) => void
}

/** The repository, behind the boundary: batched, bounded in time, its errors wrapped, once for all. */
export class Store {
  readonly #repository: TokenRepository
  readonly #watch: StoreWatch
  readonly #pending = new PendingCalls()
  readonly #reads: Batcher<null, StoredRecord | null>
  readonly #writes: Batcher<Write, boolean>
  /** Writes that the adapter was given: from then on they may happen. */
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

  /** What stands under the keys, read after this call began. */
  async read(
    keys: Iterable<string>,
    deadline: Deadline,
  ): Promise<ReadonlyMap<string, StoredRecord | null>> {
    const asked = [...keys].map((key) => [key, null] as const)
    return this.call(deadline, (left) => this.#reads.add(asked, performance.now() + left))
  }

  /**
   * @throws WriteIndeterminate after any failure of what was sent: it may have happened
   * @throws StoreUnavailable, Closed where it was not sent, and will not be
   */
  async write(write: Write, deadline: Deadline): Promise<boolean> {
    assertReadable(write.record)
    const { key } = write.record
    try {
      const answers = await this.call(deadline, (left) =>
        this.#writes.add([[key, write]], performance.now() + left),
      )
      return answers.get(key) === true
    } catch (error) {
      // Its caller may have repeated the call by the time a busy machine sends this.
      this.#writes.withdraw(key, write)
      throw this.#sent.has(write) && !isDefinite(error) ? doubtful(error) : error
    }
  }

  /** Any other call to the repository, under the same bounds. */
  bounded<T>(deadline: Deadline, request: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return this.call(deadline, async (left) => {
      const controller = new AbortController()
      const cancel = afterDeadline(left, () => controller.abort())
      try {
        return await request(controller.signal)
      } finally {
        cancel()
      }
    })
  }

  call<T>(deadline: Deadline, request: (left: number) => Promise<T>): Promise<T> {
    return deadline.run(async (left) => {
      try {
        const onTimeout = () =>
          new StoreUnavailable('The store did not answer within the deadline.')
        const answer = await this.#pending.wait(request(left), left, onTimeout)
        this.#up()
        return answer
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
   * Whoever waits, and whoever asks from now on, gets {@link Closed}; a write that was sent already is
   * indeterminate. The repository closes with the last instance that uses it.
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
    const after = performance.now() - this.#downSince
    this.#downSince = null
    this.#watch.recovered(after)
  }
}

/** The adapter refused it: where the schema is missing, for one, nothing was written. */
function isDefinite(error: unknown): boolean {
  if (!isTokenwardError(error) || error.retryable) return false
  // One that is closed may have cut a write that was under way.
  return error.code !== 'TOKENWARD_CLOSED'
}

/** What was sent may have happened, whatever the adapter, the deadline or a closed instance made of it. */
function doubtful(cause: unknown): WriteIndeterminate {
  return new WriteIndeterminate('The write may have happened: repeat the call.', cause)
}
