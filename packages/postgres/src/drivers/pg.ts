import type { ClientLike, Connection, Driver, PoolLike, Queries, QueryLike } from '../driver.ts'
import type { ConnectionAttempts } from '../pool.ts'

/** A pool that this package made. */
interface OwnPool {
  readonly attempts: ConnectionAttempts
  end(): Promise<unknown>
}

/** By a pool of `pg`, or of `@neondatabase/serverless`. */
export class PgDriver implements Driver {
  readonly #pool: PoolLike
  readonly #own: OwnPool | null

  /** @param own absent: the pool is caller-owned */
  constructor(pool: PoolLike, own: OwnPool | null = null) {
    this.#pool = pool
    this.#own = own
    pool.on('error', ignore)
  }

  /**
   * By the callback, which runs in the driver's own turn. Until a promise's callback runs, the client has
   * no listener, and the server may have sent that it is ready and that it ends in one packet.
   */
  connect(): Promise<Connection> {
    return new Promise((resolve, reject) => {
      this.#pool.connect((error, client) => {
        if (client) resolve(new PgConnection(client))
        else reject(error)
      })
    })
  }

  endAttemptsOlderThan(ms: number): void {
    this.#own?.attempts.endOlderThan(ms)
  }

  async close(): Promise<unknown> {
    // The listener stays on its own pool: a connection may still fail while it is closing.
    return this.#own ? this.#own.end() : this.#pool.removeListener('error', ignore)
  }
}

class PgConnection implements Connection {
  readonly #client: ClientLike

  constructor(client: ClientLike) {
    this.#client = client
    client.on('error', ignore)
  }

  get processID(): number | null {
    return this.#client.processID ?? null
  }

  query(query: QueryLike): Promise<{ readonly rows: unknown[] }> {
    return this.#client.query(query)
  }

  async transaction<T>(work: (inside: Queries) => Promise<T>): Promise<T> {
    await this.query({ text: 'BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE' })
    const result = await work(this)
    await this.query({ text: 'COMMIT' })
    return result
  }

  async listen(
    channel: string,
    onMessage: (payload: string) => void,
    onBroken: (error: Error) => void,
  ): Promise<void> {
    this.#client.on('error', onBroken)
    this.#client.on('end', () => onBroken(new Error('Postgres ended the connection')))
    this.#client.on('notification', (message) => {
      if (message.channel === channel) onMessage(message.payload ?? '')
    })
    await this.query({ text: `LISTEN ${channel}` })
  }

  release(destroy: boolean): void {
    this.#client.removeListener('error', ignore)
    this.#client.release(destroy)
  }
}

/** The call that it concerns rejects anyway; without a listener the process would end. */
function ignore(): void {}
