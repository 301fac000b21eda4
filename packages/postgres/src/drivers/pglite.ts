import type { Connection, Driver, Queries, QueryLike } from '../driver.ts'

interface PgliteQueries {
  query(text: string, values?: unknown[]): Promise<{ readonly rows: unknown[] }>
}

/** The part of a `PGlite` of `@electric-sql/pglite` that this package uses. */
export interface PgliteLike extends PgliteQueries {
  /** The folder with the data; absent or `memory://…`: in memory. */
  readonly dataDir?: string
  transaction<T>(work: (transaction: PgliteQueries) => Promise<T>): Promise<T>
}

/** A pool of `pg` has no `transaction()`. */
export function isPglite(value: object): value is PgliteLike {
  return ['query', 'transaction'].every((name) => typeof Reflect.get(value, name) === 'function')
}

/**
 * By a caller-owned PGlite: Postgres within this process, with one session for all. A statement blocks the
 * thread until it ends, so there is nothing to abort and no connection to lose.
 */
export class PgliteDriver implements Driver {
  readonly #database: PgliteLike

  constructor(database: PgliteLike) {
    this.#database = database
  }

  async connect(): Promise<Connection> {
    return new PgliteSession(this.#database)
  }

  endAttemptsOlderThan(): void {}

  async close(): Promise<void> {}
}

class PgliteSession implements Connection {
  readonly #database: PgliteLike

  constructor(database: PgliteLike) {
    this.#database = database
  }

  query(query: QueryLike): Promise<{ readonly rows: unknown[] }> {
    return sendTo(this.#database, query)
  }

  /** The driver lets no other statement come in between. */
  transaction<T>(work: (inside: Queries) => Promise<T>): Promise<T> {
    return this.#database.transaction(async (transaction) => {
      const query = (each: QueryLike) => sendTo(transaction, each)
      await query({ text: 'SET TRANSACTION ISOLATION LEVEL READ COMMITTED READ WRITE' })
      return work({ query })
    })
  }

  release(): void {}
}

function sendTo(
  queries: PgliteQueries,
  { text, values }: QueryLike,
): Promise<{ readonly rows: unknown[] }> {
  return queries.query(text, values)
}
