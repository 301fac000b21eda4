import { ClientCalls, type Closed } from '@tokenward/core/adapter'
import type { ClientLike, PoolLike, QueryLike } from './driver.ts'
import { isConnectionReusable, isContention, withHelp } from './errors.ts'
import { AttemptEnded, type ConnectionAttempts, makePool } from './pool.ts'
import type { Statement } from './statements.ts'

/**
 * An attempt to connect outlives the call that it was for, so that a busy machine does not begin it
 * again and again. One that took as long as this, and longer than a whole call, may wait for a server
 * that is gone: it is ended, because the next attempt is what finds the server again.
 */
const STALE_ATTEMPT_MS = 3_000

/** The connections of one repository: a pool that it made, or a caller-owned one. */
export class Client {
  readonly #pool: PoolLike
  readonly #attempts: ConnectionAttempts | null
  readonly #end: () => Promise<unknown>
  readonly #calls = new ClientCalls()
  #preparesStatements = true

  private constructor(
    pool: PoolLike,
    end: () => Promise<unknown>,
    attempts: ConnectionAttempts | null = null,
  ) {
    this.#pool = pool
    this.#end = end
    this.#attempts = attempts
    pool.on('error', ignore)
  }

  static async open(database: string | PoolLike): Promise<Client> {
    if (typeof database !== 'string') {
      return new Client(database, async () => void database.removeListener('error', ignore))
    }
    const { pool, attempts, end } = await makePool(database)
    // The listener stays: a connection may still fail while it is closing.
    return new Client(pool, end, attempts)
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
    const send = (client: ClientLike) => sendQuery(client, { ...query, values: [...values] })
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
  use<T>(work: (client: ClientLike) => Promise<T>, signal: AbortSignal): Promise<T> {
    return this.#calls.run((ending) => {
      const lease = new Lease()
      const abortCall = () => {
        if (lease.isWaiting) this.#attempts?.endOlderThan(STALE_ATTEMPT_MS)
        lease.end({ destroy: true })
      }
      ending.addEventListener('abort', abortCall, { once: true })
      return lease.run(this.#pool, work)
    }, signal)
  }

  /** Calls under way reject with `closed`; a caller-owned pool is left as it was. */
  async close(closed: Closed): Promise<void> {
    this.#calls.close(closed)
    this.#attempts?.endOlderThan(0)
    await this.#end()
  }
}

/** One connection, from the request for it until its release, which happens once. */
class Lease {
  #client: ClientLike | null = null
  #isOver = false

  /** For a connection. */
  get isWaiting(): boolean {
    return this.#client === null
  }

  async run<T>(pool: PoolLike, work: (client: ClientLike) => Promise<T>): Promise<T> {
    const client = await this.#acquire(pool)
    if (this.#isOver) {
      release(client, false) // It is reusable: nothing was sent.
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
    if (this.#client) release(this.#client, destroy)
  }

  async #acquire(pool: PoolLike): Promise<ClientLike> {
    for (;;) {
      try {
        return await acquire(pool)
      } catch (error) {
        // Another call gave up, and ended the attempt; this one may try again.
        if (this.#isOver || !(error instanceof AttemptEnded)) throw error
      }
    }
  }
}

/**
 * By the callback, which runs in the driver's own turn. Until a promise's callback runs, the client has
 * no listener, and the server may have sent that it is ready and that it ends in one packet.
 */
function acquire(pool: PoolLike): Promise<ClientLike> {
  return new Promise((resolve, reject) => {
    pool.connect((error, client) => {
      if (!client) return reject(error)
      client.on('error', ignore)
      resolve(client)
    })
  })
}

function release(client: ClientLike, destroy: boolean): void {
  client.removeListener('error', ignore)
  client.release(destroy)
}

/** An error after which the connection is reusable is a reply too. */
async function sendQuery(
  client: ClientLike,
  query: QueryLike,
): Promise<{ readonly rows: unknown[] } | { readonly error: unknown }> {
  try {
    return await client.query(query)
  } catch (error) {
    if (isConnectionReusable(error)) return { error }
    throw error
  }
}

/** The call that it concerns rejects anyway; without a listener the process would end. */
function ignore(): void {}
