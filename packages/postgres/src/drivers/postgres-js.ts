import { setTimeout as pause } from 'node:timers/promises'
import { InvalidInput } from '@tokenward/core/adapter'
import {
  AttemptEnded,
  type Connection,
  type Driver,
  type Queries,
  type QueryLike,
} from '../driver.ts'

interface PostgresJsQueries {
  /** The types of the driver name what the values may be. */
  unsafe(text: string, values: never[], options: { prepare: boolean }): PromiseLike<unknown>
  typed(value: string, type: number): unknown
}

/** The part of a client of `postgres` (postgres.js) that this package uses. */
export interface PostgresJsLike extends PostgresJsQueries {
  readonly options: object
  begin(options: string, work: (sql: PostgresJsQueries) => Promise<unknown>): Promise<unknown>
  end(options: { timeout: number }): Promise<void>
  /** Ends the connections that there are. The types of the driver lack it. */
  readonly close?: () => Promise<void>
}

/** A statement that is unanswered for longer, after its call was given up, may wait for a server that is gone. */
const SILENCE_MS = 3_000

/** For the other calls on a client that is replaced. */
const DRAIN_TIMEOUT_S = 1

/** Longer than the driver waits before it connects again. */
const RECONNECT_MS = 200
const LATE_CLOSE_TIMEOUT_MS = 1_000

const TEXT = 25

/**
 * What a client of postgres.js must be made with. By default it connects again up to 20 s late, and a
 * connection that ends while the driver fetches the types of arrays ends the process. Times in s, but
 * `statement_timeout`, in ms, ends what was abandoned on the server.
 * @example
 * const repository = postgres(() => sql(process.env.DATABASE_URL, POSTGRES_JS_SETTINGS))
 */
export const POSTGRES_JS_SETTINGS: {
  fetch_types: false
  backoff: () => number
  connect_timeout: number
  connection: { application_name: string; statement_timeout: number }
} = {
  fetch_types: false,
  backoff: () => 0.1,
  connect_timeout: 30,
  connection: { application_name: 'tokenward', statement_timeout: 30_000 },
}

interface DriverOptions {
  readonly fetch_types?: unknown
  readonly backoff?: unknown
  readonly transform?: Readonly<Record<string, { readonly from?: unknown }>>
}

/**
 * By clients of `postgres` that this makes. The driver cannot end one connection: where one is silent
 * or broke, a new client replaces the whole. It never sends a statement again, and matches replies by their order.
 */
export class PostgresJsDriver implements Driver {
  readonly #make: () => PostgresJsLike
  /** Of the clients that were replaced. */
  readonly #endings = new Set<Promise<void>>()
  #sql: PostgresJsLike

  constructor(make: () => PostgresJsLike) {
    this.#make = () => checked(make())
    this.#sql = this.#make()
  }

  async connect(): Promise<Connection> {
    const sql = this.#sql
    return new PostgresJsConnection(sql, () => this.#replace(sql))
  }

  /** Connecting is a part of each statement. */
  endAttemptsOlderThan(): void {}

  async close(): Promise<void> {
    await Promise.all([...this.#endings, endClient(this.#sql, 0)])
  }

  #replace(broken: PostgresJsLike): void {
    if (broken !== this.#sql) return
    this.#sql = this.#make()
    const ending = endClient(broken, DRAIN_TIMEOUT_S).catch(() => undefined)
    this.#endings.add(ending)
    ending.then(() => this.#endings.delete(ending))
  }
}

/**
 * A client that is ended while it connects, or is about to, still does, and leaves that connection open: it
 * is closed once more.
 */
async function endClient(sql: PostgresJsLike, timeout: number): Promise<void> {
  await sql.end({ timeout })
  await pause(RECONNECT_MS)
  await Promise.race([sql.close?.(), pause(LATE_CLOSE_TIMEOUT_MS, undefined, { ref: false })])
}

/** Whatever connection the driver takes for a statement: all but a transaction are independent. */
class PostgresJsConnection implements Connection {
  readonly #sql: PostgresJsLike
  readonly #onBroken: () => void
  #underWay = 0
  #isReleased = false
  #silence: NodeJS.Timeout | undefined

  constructor(sql: PostgresJsLike, onBroken: () => void) {
    this.#sql = sql
    this.#onBroken = onBroken
  }

  query(query: QueryLike): Promise<{ readonly rows: unknown[] }> {
    return this.#send(this.#sql, query)
  }

  async transaction<T>(work: (inside: Queries) => Promise<T>): Promise<T> {
    const isolation = 'ISOLATION LEVEL READ COMMITTED READ WRITE'
    return (await this.#sql.begin(isolation, async (sql) => {
      try {
        return await work({ query: (query) => this.#send(sql, query) })
      } catch (error) {
        // The driver rejects by itself where the connection broke, and must not roll back on it: it would
        // write to a socket that it no longer has, which ends the process.
        if (isConnectionError(error)) return new Promise<never>(() => undefined)
        throw error
      }
    })) as T
  }

  release(): void {
    this.#isReleased = true
    if (this.#underWay > 0) this.#silence = setTimeout(this.#onBroken, SILENCE_MS)
  }

  /** Texts are declared as such: the driver would encode one for a parameter of type json once more. */
  async #send(
    sql: PostgresJsQueries,
    { text, name, values = [] }: QueryLike,
  ): Promise<{ readonly rows: unknown[] }> {
    if (this.#isReleased) throw new AttemptEnded()
    const typed = values.map((value) =>
      typeof value === 'string' ? this.#sql.typed(value, TEXT) : value,
    ) as never[]
    this.#underWay++
    try {
      const rows = await sql.unsafe(text, typed, { prepare: name !== undefined })
      return { rows: [...(rows as Iterable<unknown>)] }
    } catch (error) {
      // The driver may never write again on a connection that broke while it was about to.
      if (isConnectionError(error)) this.#onBroken()
      throw error
    } finally {
      this.#underWay--
      if (this.#underWay === 0) clearTimeout(this.#silence)
    }
  }
}

/** @throws InvalidInput */
function checked(made: unknown): PostgresJsLike {
  const sql = made as Partial<PostgresJsLike> | null | undefined
  if (typeof sql?.unsafe !== 'function' || typeof sql.begin !== 'function') {
    throw new InvalidInput(
      'database',
      'is a function that does not return a client of postgres.js.',
    )
  }
  const { fetch_types, backoff, transform } = sql.options as DriverOptions
  if (fetch_types !== false || backoff !== POSTGRES_JS_SETTINGS.backoff) {
    throw new InvalidInput(
      'database',
      'makes a client without POSTGRES_JS_SETTINGS: () => sql(url, { ...POSTGRES_JS_SETTINGS }).',
    )
  }
  if (['column', 'value', 'row'].some((name) => transform?.[name]?.from)) {
    throw new InvalidInput(
      'database',
      'makes a client with a transform, which would change what is read.',
    )
  }
  return sql as PostgresJsLike
}

/** Errors of Postgres have a severity, those of the connection have none. */
function isConnectionError(error: unknown): boolean {
  return !(error instanceof Error && 'severity' in error)
}
