import { DatabaseSync } from 'node:sqlite'
import type { Settings } from './capabilities.ts'
import { createForOwner } from './file-mode.ts'

export type SqliteValue = string | number

/** What is used of a prepared statement of `node:sqlite`. */
export interface StatementSyncLike {
  all(...values: SqliteValue[]): unknown[]
  run(...values: SqliteValue[]): { readonly changes: number | bigint }
  setReadBigInts(enabled: boolean): unknown
  /** From Node 22.16 on, as is the setting of the database that it overrules. */
  setReturnArrays?(enabled: boolean): unknown
}

/** What is used of `DatabaseSync`: a shape, because Node may rename the class. */
export interface DatabaseSyncLike {
  prepare(sql: string): StatementSyncLike
  close(): void
}

function openFile(source: string): DatabaseSync {
  createForOwner(source)
  return new DatabaseSync(source, { timeout: 0 })
}

export type Access = 'read' | 'write'

/** One connection with its prepared statements: ours, or one that the caller lent. */
export class Connection {
  readonly #database: DatabaseSyncLike
  readonly #isOurs: boolean
  readonly #statements = new Map<string, StatementSyncLike>()

  constructor(source: string | DatabaseSyncLike) {
    this.#isOurs = typeof source === 'string'
    this.#database = typeof source === 'string' ? openFile(source) : source
  }

  rows<Row>(sql: string, ...values: SqliteValue[]): Row[] {
    return this.#prepared(sql).all(...values) as Row[]
  }

  /** How many rows the statement itself changed; those of triggers do not count. */
  run(sql: string, ...values: SqliteValue[]): number {
    return Number(this.#prepared(sql).run(...values).changes)
  }

  /**
   * All or nothing. The work is synchronous, so nothing else on this connection gets in between.
   * Reads on a lent one take the write lock too: behind a transaction or a half-read iterator of
   * the caller they would see what once was, and SQLite tells it to writers alone.
   */
  transaction<T>(access: Access, work: () => T): T {
    this.run(access === 'read' && this.#isOurs ? 'BEGIN' : 'BEGIN IMMEDIATE')
    try {
      const result = work()
      this.run('COMMIT')
      return result
    } catch (error) {
      this.#rollBack()
      throw error
    }
  }

  /** On our own connection alone: what the caller lent is left as it is. */
  makeSafe(): void {
    if (!this.#isOurs) return
    this.rows('PRAGMA journal_mode = WAL')
    this.run('PRAGMA synchronous = FULL')
    this.run('PRAGMA fullfsync = ON')
  }

  /** Read back, because SQLite ignores a pragma that it cannot follow. */
  settings(): Settings {
    const value = (pragma: string) =>
      Object.values(this.rows<Record<string, unknown>>(`PRAGMA ${pragma}`)[0] ?? {})[0]
    return {
      journalMode: String(value('journal_mode')),
      synchronous: Number(value('synchronous')),
      fullfsync: Number(value('fullfsync')),
      lockingMode: String(value('locking_mode')),
      busyTimeout: Number(value('busy_timeout')),
      platform: process.platform,
    }
  }

  /** Empty for a database in memory and for a temporary one, however they were asked for. */
  fileName(): string {
    const files = this.rows<{ name: string; file: string }>('PRAGMA database_list')
    return files.find(({ name }) => name === 'main')?.file ?? ''
  }

  close(): void {
    this.#statements.clear()
    if (this.#isOurs) this.#database.close()
  }

  #prepared(sql: string): StatementSyncLike {
    const known = this.#statements.get(sql)
    if (known) return known
    const statement = this.#database.prepare(sql)
    // The caller may have set their database otherwise.
    statement.setReadBigInts(false)
    statement.setReturnArrays?.(false)
    this.#statements.set(sql, statement)
    return statement
  }

  #rollBack(): void {
    try {
      this.run('ROLLBACK')
    } catch {
      // Some errors, a full disk among them, have rolled it back already.
    }
  }
}
