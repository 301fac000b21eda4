/** What a statement is run with, and what its rows contain. */
export type SqliteValue = string | number

/** The part of a prepared statement of `node:sqlite` that this package uses. */
export interface StatementSyncLike {
  all(...values: SqliteValue[]): unknown[]
  run(...values: SqliteValue[]): { readonly changes: number | bigint }
  setReadBigInts(enabled: boolean): unknown
  /** Since Node 22.16, like the setting of the database that it overrides. */
  setReturnArrays?(enabled: boolean): unknown
}

/** The part of `DatabaseSync` that this package uses; not the class itself, which Node may rename. */
export interface DatabaseSyncLike {
  prepare(sql: string): StatementSyncLike
  close(): void
}
