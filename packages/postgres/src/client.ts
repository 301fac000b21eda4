import { ClientCalls, type Closed } from '@tokenward/core/adapter'
import {
  AttemptEnded,
  type Connection,
  type Driver,
  type Queries,
  type QueryLike,
} from './driver.ts'
import { type CallerDatabase, makeDriver } from './drivers/make-driver.ts'
import { isConnectionReusable, isContention, withHelp } from './errors.ts'
import type { Statement } from './statements.ts'

/**
 * An attempt to connect outlives the call that it was for, so that a busy machine does not begin it
 * again and again. One that took as long as this, and longer than a whole call, may wait for a server
 * that is gone: it is ended, because the next attempt is what finds the server again.
 */
const STALE_ATTEMPT_MS = 3_000

/** The connections of one repository, by one of the drivers. */
export class Client {
  readonly #driver: Driver
  readonly #calls = new ClientCalls()
  #preparesStatements = true

  private constructor(driver: Driver) {
    this.#driver = driver
  }

  static async open(database: string | CallerDatabase): Promise<Client> {
    return new Client(await makeDriver(database))
  }

  /** Behind a pooler, the next statement may not find what this one leaves on the connection. */
  disablePreparedStatements(): void {
    this.#preparesStatements = false
  }

  /** Repeats what Postgres rolled back because of concurrent statements: it has changed nothing. */
  async query<Row>(
    statement: Statement,
    values: readonly unknown[],
    signal: AbortSignal,
  ): Promise<Row[]> {
    const query = this.#preparesStatements ? statement : { text: statement.text }
    const send = (client: Queries) => sendQuery(client, { ...query, values: [...values] })
    for (;;) {
      const reply = await this.use(send, signal).catch((error) => Promise.reject(withHelp(error)))
      if ('rows' in reply) return reply.rows as Row[]
      if (!isContention(reply.error)) throw withHelp(reply.error)
    }
  }

  /**
   * Runs the work on a connection. When the signal fires, or the client closes, the call rejects at
   * once and the connection is destroyed: a late reply must not be taken for the next call's.
   */
  use<T>(work: (client: Connection) => Promise<T>, signal: AbortSignal): Promise<T> {
    return this.#calls.run((ending) => {
      const lease = new Lease()
      const abortCall = () => {
        if (lease.isWaiting) this.#driver.endAttemptsOlderThan(STALE_ATTEMPT_MS)
        lease.end({ destroy: true })
      }
      ending.addEventListener('abort', abortCall, { once: true })
      return lease.run(this.#driver, work)
    }, signal)
  }

  /** Calls under way reject with `closed`; a caller-owned client is left as it was. */
  async close(closed: Closed): Promise<void> {
    this.#calls.close(closed)
    this.#driver.endAttemptsOlderThan(0)
    await this.#driver.close()
  }
}

/** One connection, from the request for it until its release, which happens once. */
class Lease {
  #client: Connection | null = null
  #isOver = false

  /** For a connection. */
  get isWaiting(): boolean {
    return this.#client === null
  }

  async run<T>(driver: Driver, work: (client: Connection) => Promise<T>): Promise<T> {
    const client = await this.#acquire(driver)
    if (this.#isOver) {
      client.release(false) // It is reusable: nothing was sent.
      throw new Error('The call ended before it had a connection')
    }
    this.#client = client
    try {
      const result = await work(client)
      this.end({ destroy: false })
      return result
    } catch (error) {
      this.end({ destroy: true })
      throw error
    }
  }

  end({ destroy }: { readonly destroy: boolean }): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#client?.release(destroy)
  }

  async #acquire(driver: Driver): Promise<Connection> {
    for (;;) {
      try {
        return await driver.connect()
      } catch (error) {
        // Another call gave up, and ended the attempt; this one may try again.
        if (this.#isOver || !(error instanceof AttemptEnded)) throw error
      }
    }
  }
}

/** An error after which the connection is reusable is a reply too. */
async function sendQuery(
  client: Queries,
  query: QueryLike,
): Promise<{ readonly rows: unknown[] } | { readonly error: unknown }> {
  try {
    return await client.query(query)
  } catch (error) {
    if (isConnectionReusable(error)) return { error }
    throw error
  }
}
