import { ClientCalls, type Closed } from '@tokenward/core/adapter'
import pg from 'pg'
import { notPrepared } from './schema.ts'

/** The reply to one statement. */
export interface Reply<Row> {
  readonly rows: readonly Row[]
  /** How many rows it inserted, updated or deleted. */
  readonly changed: number
}

type Pool = pg.Pool

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
    const pool = new pg.Pool({ connectionString: url, max: 2, connectionTimeoutMillis: 10_000 })
    pool.on('error', () => undefined)
    return new Client(pool)
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
    await this.#pool.end()
  }

  /**
   * Runs one statement on one connection of `this.#pool`, which commits it by itself. Where `ending` fires
   * first, destroy the connection: its late reply must not be taken for the reply to the next one.
   */
  async #send<Row>(
    text: string,
    values: readonly unknown[],
    ending: AbortSignal,
  ): Promise<Reply<Row>> {
    const connection = await this.#pool.connect()
    const ignore = () => undefined
    connection.on('error', ignore)
    let isReleased = false
    const release = (destroy: boolean) => {
      if (isReleased) return
      isReleased = true
      connection.removeListener('error', ignore)
      connection.release(destroy)
    }
    if (ending.aborted) {
      release(false)
      throw ending.reason
    }
    const abort = () => release(true)
    ending.addEventListener('abort', abort, { once: true })
    try {
      const { rows, rowCount } = await connection.query(text, [...values])
      release(false)
      return { rows: rows as Row[], changed: rowCount ?? 0 }
    } catch (error) {
      release(true)
      throw error
    } finally {
      ending.removeEventListener('abort', abort)
    }
  }
}

/** Whether the server knows no such table, by the code of its error: 42P01 in Postgres. */
function isMissingTable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '42P01'
}
