/** What a statement is run with, and what its rows contain. */
export type SqliteValue = string | number

/** The part of a prepared statement that this package uses. */
export interface StatementLike {
  all(...values: SqliteValue[]): unknown[]
  run(...values: SqliteValue[]): { readonly changes: number | bigint }
  /** Of `node:sqlite`, like the setting of the database that it overrides. */
  setReadBigInts?(enabled: boolean): unknown
  /** Of `node:sqlite` since Node 22.16. */
  setReturnArrays?(enabled: boolean): unknown
  /** Of `better-sqlite3`, like the setting of the database that it overrides. */
  safeIntegers?(enabled: boolean): unknown
}

/**
 * The part of an open database that this package uses: `DatabaseSync` of `node:sqlite`, `Database` of
 * `better-sqlite3`, or `Database` of `bun:sqlite`.
 */
export interface DatabaseLike {
  prepare(sql: string): StatementLike
  /** Of `node:sqlite` and `better-sqlite3`; in `bun:sqlite` it is another name of `run()`. */
  exec(sql: string): unknown
  close(): void
}
