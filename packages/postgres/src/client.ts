import { Closed } from '@tokenward/core/adapter'
import type { ClientLike, PoolLike, QueryLike } from './driver.ts'
import { explained, isContention, leavesConnectionWhole } from './faults.ts'
import { AttemptEnded, type Attempts, makePool } from './pool.ts'
import type { Statement } from './statements.ts'

/**
 * An attempt to connect outlives the call that it was for, so that a busy machine does not begin it
 * again and again; but one that took so long, and a whole call's time, may wait for a server that is
 * gone, and is ended: the next one is what finds the server again.
 */
const STALE_ATTEMPT_MS = 3_000

/** The connections of one repository: a pool of ours, or the one that the caller lent. */
export class Connections {
  readonly #pool: PoolLike
  readonly #attempts: Attempts | null
  readonly #end: () => Promise<unknown>
  readonly #cuts = new Set<(reason: Error) => void>()
  #closed: Closed | null = null
  #keepsStatements = true

  private constructor(
    pool: PoolLike,
    end: () => Promise<unknown>,
    attempts: Attempts | null = null,
  ) {
    this.#pool = pool
    this.#end = end
    this.#attempts = attempts
    pool.on('error', ignore)
  }

  static async open(database: string | PoolLike): Promise<Connections> {
    if (typeof database !== 'string') {
      return new Connections(database, async () => void database.removeListener('error', ignore))
    }
    const { pool, attempts, end } = await makePool(database)
    // The listener stays: a connection may still fail while it is closing.
    return new Connections(pool, end, attempts)
  }

  get closed(): boolean {
    return this.#closed !== null
  }

  /** The connections are not ours alone: what one statement leaves there, the next may not find. */
  forgetStatements(): void {
    this.#keepsStatements = false
  }

  /** What Postgres rolled back because others were in the way has changed nothing: it is repeated. */
  async query<Row>(
    statement: Statement,
    values: readonly unknown[],
    signal: AbortSignal,
  ): Promise<Row[]> {
    const query = this.#keepsStatements ? statement : { text: statement.text }
    const ask = (client: ClientLike) => answerOf(client, { ...query, values: [...values] })
    for (;;) {
      const answer = await this.use(ask, signal).catch((error) => Promise.reject(explained(error)))
      if ('rows' in answer) return answer.rows as Row[]
      if (!isContention(answer.error)) throw explained(answer.error)
    }
  }

  /**
   * Lends a connection to the work. When the signal fires, or this closes, the call rejects at once
   * and the connection is cut: a late answer must not be taken for the next one's.
   */
  async use<T>(work: (client: ClientLike) => Promise<T>, signal: AbortSignal): Promise<T> {
    if (this.#closed) throw this.#closed
    signal.throwIfAborted()
    const loan = new Loan()
    const cut = Promise.withResolvers<never>()
    const cutShort = (reason: Error) => {
      loan.end(true)
      cut.reject(reason)
    }
    const abort = () => {
      if (loan.isWaiting) this.#attempts?.endOlderThan(STALE_ATTEMPT_MS)
      cutShort(signal.reason)
    }
    signal.addEventListener('abort', abort, { once: true })
    this.#cuts.add(cutShort)
    try {
      return await Promise.race([loan.run(this.#pool, work), cut.promise])
    } finally {
      signal.removeEventListener('abort', abort)
      this.#cuts.delete(cutShort)
    }
  }

  /** Whoever waits gets `Closed`; the caller's pool is left as it was. */
  async close(): Promise<void> {
    this.#closed = new Closed('The postgres repository is closed: call open() first')
    for (const cut of this.#cuts) cut(this.#closed)
    this.#attempts?.endOlderThan(0)
    await this.#end()
  }
}

/** One connection, from when it is asked for until it goes back, once: whole, or to be destroyed. */
class Loan {
  #client: ClientLike | null = null
  #over = false

  /** For a connection. */
  get isWaiting(): boolean {
    return this.#client === null
  }

  async run<T>(pool: PoolLike, work: (client: ClientLike) => Promise<T>): Promise<T> {
    const client = await this.#borrow(pool)
    if (this.#over) {
      giveBack(client, false) // Whole: nothing was sent.
      throw new Error('Nobody waits for this connection any more')
    }
    this.#client = client
    try {
      const answer = await work(client)
      this.end(false)
      return answer
    } catch (error) {
      this.end(true)
      throw error
    }
  }

  end(destroy: boolean): void {
    if (this.#over) return
    this.#over = true
    if (this.#client) giveBack(this.#client, destroy)
  }

  async #borrow(pool: PoolLike): Promise<ClientLike> {
    for (;;) {
      try {
        return await borrow(pool)
      } catch (error) {
        // Ended for somebody else's sake.
        if (this.#over || !(error instanceof AttemptEnded)) throw error
      }
    }
  }
}

/**
 * By the callback, which comes in the driver's own turn. Until a promise's is heard, the client has no
 * listener, and the server may have said in one breath that it is ready and that it ends.
 */
function borrow(pool: PoolLike): Promise<ClientLike> {
  return new Promise((resolve, reject) => {
    pool.connect((error, client) => {
      if (!client) return reject(error)
      client.on('error', ignore)
      resolve(client)
    })
  })
}

function giveBack(client: ClientLike, destroy: boolean): void {
  client.removeListener('error', ignore)
  client.release(destroy)
}

/** An error that leaves the connection as good as before is an answer too. */
async function answerOf(
  client: ClientLike,
  query: QueryLike,
): Promise<{ readonly rows: unknown[] } | { readonly error: unknown }> {
  try {
    return await client.query(query)
  } catch (error) {
    if (leavesConnectionWhole(error)) return { error }
    throw error
  }
}

/** The call that it concerns rejects by itself; without a listener the process would end. */
function ignore(): void {}
