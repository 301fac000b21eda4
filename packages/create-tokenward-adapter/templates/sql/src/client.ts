import { ClientCalls, type Closed } from '@tokenward/core/adapter'
import { notPrepared } from './schema.ts'
import { todo } from './todo.ts'

/** The reply to one statement. */
export interface Reply<Row> {
  readonly rows: readonly Row[]
  /** How many rows it inserted, updated or deleted. */
  readonly changed: number
}

/** TODO 2: replace `unknown` by the type of your driver's pool. */
type Pool = unknown

/** The only file that knows the driver. */
export class Client {
  readonly #pool: Pool
  readonly #calls = new ClientCalls()

  private constructor(pool: Pool) {
    this.#pool = pool
  }

  /**
   * Few connections: the suite has 64 instances at once, and a server has a limit for all (TODO.md). Turn off
   * the driver's retries. Listen for `error` events of the pool and of each connection, or an idle
   * connection that dies ends the process.
   */
  static async connect(url: string): Promise<Client> {
    throw todo(2, `src/client.ts, connect(): a pool for ${new URL(url).host}, return new Client(…)`)
  }

  /** Rejects as soon as the signal fires, whatever the driver does. */
  async query<Row>(
    text: string,
    values: readonly unknown[],
    signal: AbortSignal,
  ): Promise<Reply<Row>> {
    try {
      return await this.#calls.run((ending) => this.#send<Row>(text, values, ending), signal)
    } catch (error) {
      throw isMissingTable(error) ? notPrepared(error) : error
    }
  }

  /** Calls under way reject with `closed`. */
  async close(closed: Closed): Promise<void> {
    this.#calls.close(closed)
    throw todo(4, 'src/client.ts, close(): end the pool, and leave no timer and no socket')
  }

  /**
   * Runs one statement on one connection of `this.#pool`, which commits it by itself. Where `ending` fires
   * first, destroy the connection: its late reply must not be taken for the reply to the next one.
   */
  async #send<Row>(
    text: string,
    _values: readonly unknown[],
    _ending: AbortSignal,
  ): Promise<Reply<Row>> {
    throw todo(3, `src/client.ts, #send(): run ${text.trim().split(' ', 1)} on ${this.#pool}`)
  }
}

/** Whether the server knows no such table, by the code of its error: 42P01 in Postgres. */
function isMissingTable(_error: unknown): boolean {
  return false // TODO 5
}
