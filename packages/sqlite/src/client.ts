import type { DatabaseLike, SqliteValue, StatementLike } from './driver.ts'
import { createForOwner } from './file-mode.ts'

export type Access = 'read' | 'write'

/** One connection with its prepared statements: a file that this package opened, or a caller-owned handle. */
export class Client {
  readonly #database: DatabaseLike
  readonly #isCallerOwned: boolean
  readonly #statements = new Map<string, StatementLike>()

  constructor(source: string | DatabaseLike) {
    this.#isCallerOwned = typeof source !== 'string'
    this.#database = typeof source === 'string' ? openFile(source) : source
  }

  rows<Row>(sql: string, ...values: SqliteValue[]): Row[] {
    return this.#prepared(sql).all(...values) as Row[]
  }

  /** @returns how many rows the statement itself changed; those of triggers do not count */
  run(sql: string, ...values: SqliteValue[]): number {
    return Number(this.#prepared(sql).run(...values).changes)
  }

  /**
   * All or nothing. The work is synchronous, so nothing else on this connection comes in between.
   * On a caller-owned handle, reads take the write lock too: behind a transaction or a half-read
   * iterator of the caller they would see an old snapshot, and only a writer gets an error then.
   */
  transaction<T>(access: Access, work: () => T): T {
    this.run(access === 'read' && !this.#isCallerOwned ? 'BEGIN' : 'BEGIN IMMEDIATE')
    try {
      const result = work()
      this.run('COMMIT')
      return result
    } catch (error) {
      this.#rollBack()
      throw error
    }
  }

  /** A caller-owned handle is left as it is. */
  applySafePragmas(): void {
    if (this.#isCallerOwned) return
    this.rows('PRAGMA journal_mode = WAL')
    this.run('PRAGMA synchronous = FULL')
    this.run('PRAGMA fullfsync = ON')
  }

  close(): void {
    this.#statements.clear()
    if (!this.#isCallerOwned) this.#database.close()
  }

  #prepared(sql: string): StatementLike {
    const known = this.#statements.get(sql)
    if (known) return known
    const statement = this.#database.prepare(sql)
    // The caller's handle may have other defaults.
    statement.setReadBigInts?.(false)
    statement.setReturnArrays?.(false)
    statement.safeIntegers?.(false)
    this.#statements.set(sql, statement)
    return statement
  }

  #rollBack(): void {
    try {
      this.run('ROLLBACK')
    } catch {
      // Some errors, a full disk among them, have already rolled it back.
    }
  }
}

/** The module is loaded here: for a handle of another driver the runtime need not have it. */
function openFile(source: string): DatabaseLike {
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite')
  createForOwner(source)
  return new DatabaseSync(source, { timeout: 0 })
}
