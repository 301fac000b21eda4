import { Closed } from '@tokenward/core'
import { type ClientLike, makePool, type PoolLike, type QueryLike } from './driver.ts'
import { explained, isContention, leavesConnectionWhole } from './faults.ts'
import type { Statement } from './statements.ts'

/** The connections of one repository: a pool of ours, or the one that the caller lent. */
export class Connections {
  readonly #pool: PoolLike
  readonly #end: () => Promise<unknown>
  readonly #cuts = new Set<(reason: Error) => void>()
  #closed: Closed | null = null
  #keepsStatements = true

  private constructor(pool: PoolLike, end: () => Promise<unknown>) {
    this.#pool = pool
    this.#end = end
    pool.on('error', ignore)
  }

  static async open(database: string | PoolLike): Promise<Connections> {
    if (typeof database !== 'string') {
      return new Connections(database, async () => void database.removeListener('error', ignore))
    }
    const pool = await makePool(database)
    // The listener stays: a connection may still fail while it is closing.
    return new Connections(pool, () => pool.end())
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
    const abort = () => cutShort(signal.reason)
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
    await this.#end()
  }
}

/** One connection, from when it is asked for until it goes back, once: whole, or to be destroyed. */
class Loan {
  #client: ClientLike | null = null
  #over = false

  async run<T>(pool: PoolLike, work: (client: ClientLike) => Promise<T>): Promise<T> {
    const client = await borrow(pool)
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
