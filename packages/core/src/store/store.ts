import { Closed, isTokenwardError, StoreUnavailable, WriteIndeterminate } from '../errors/errors.ts'
import type { StoredRecord, TokenRepository, Write } from '../repository/contract.ts'
import { checkRecords, checkWritten } from './answers.ts'
import { Batcher } from './batcher.ts'
import type { Budget } from './budget.ts'
import { Waiters } from './waiters.ts'

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
  readonly #waiters = new Waiters()
  readonly #reads: Batcher<null, StoredRecord | null>
  readonly #writes: Batcher<Write, boolean>
  #downSince: number | null = null

  constructor(repository: TokenRepository, watch: StoreWatch) {
    this.#repository = repository
    this.#watch = watch
    this.#reads = new Batcher(
      async (items, signal) => {
        const keys = [...items.keys()]
        return checkRecords(keys, await repository.read(keys, signal))
      },
      { shares: true },
    )
    this.#writes = new Batcher(
      async (items, signal) => {
        const keys = [...items.keys()].sort()
        const writes = keys.map((key) => items.get(key) as Write)
        return checkWritten(keys, await repository.write(writes, signal))
      },
      { shares: false },
    )
  }

  /** What stands under the keys, read after this call began. */
  async read(
    keys: Iterable<string>,
    budget: Budget,
  ): Promise<ReadonlyMap<string, StoredRecord | null>> {
    const asked = [...keys].map((key) => [key, null] as const)
    return this.call(budget, (left) => this.#reads.ask(asked, performance.now() + left))
  }

  /** @throws WriteIndeterminate after any failure: it may have happened; it is not sent afterwards */
  async write(write: Write, budget: Budget): Promise<boolean> {
    const { key } = write.record
    try {
      const answers = await this.call(
        budget,
        (left) => this.#writes.ask([[key, write]], performance.now() + left).catch(doubtful),
        (message, cause) =>
          new WriteIndeterminate(`${message} The write may have happened; repeat the call.`, cause),
      )
      return answers.get(key) === true
    } catch (error) {
      // Whoever was told so may have repeated the call by the time a busy machine sends this.
      this.#writes.withdraw(key, write)
      throw error
    }
  }

  /** Any other call to the repository, under the same bounds. */
  bounded<T>(budget: Budget, ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return this.call(budget, async (left) => {
      const controller = new AbortController()
      const timer = setTimeout(() => controller.abort(), left)
      try {
        return await ask(controller.signal)
      } finally {
        clearTimeout(timer)
      }
    })
  }

  call<T>(
    budget: Budget,
    ask: (left: number) => Promise<T>,
    unavailable = (message: string, cause?: unknown): Error => new StoreUnavailable(message, cause),
  ): Promise<T> {
    return budget.spend(async (left) => {
      try {
        const late = () => unavailable(`The store did not answer within the deadline.`)
        const answer = await this.#waiters.wait(ask(left), left, late)
        this.#up()
        return answer
      } catch (cause) {
        const known = isTokenwardError(cause)
        const error = known ? cause : unavailable('The store failed; see the cause.', cause)
        if (isTokenwardError(error) && error.retryable) this.#down(error)
        throw error
      }
    })
  }

  /** Whoever waits, and whoever asks from now on, gets {@link Closed}; then the repository closes. */
  async close(): Promise<void> {
    this.#waiters.close(new Closed('The ward is closed; create another.'))
    await this.#repository.close()
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

// An adapter that says that the store is not there may have reached it all the same.
function doubtful(cause: unknown): never {
  if (!isTokenwardError(cause, 'TOKENWARD_STORE_UNAVAILABLE')) throw cause
  throw new Error('The adapter gave up the write', { cause })
}
