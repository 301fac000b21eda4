import type { Retention, TokenRepository } from '@tokenward/core'
import type { DatabaseSyncLike } from './client.ts'
import { SqliteRepository } from './repository.ts'

export type { DatabaseSyncLike, SqliteValue, StatementSyncLike } from './client.ts'

export interface SqliteOptions {
  /** Keeps the records of several wards apart in one file. Default: `default`. */
  readonly namespace?: string
  /**
   * What the operator vouches for, whatever `open()` finds: findings are still reported, and lower
   * it no more. For settings whose effect SQLite cannot see, as a disk with a battery.
   */
  readonly assume?: { readonly retention?: Retention }
}

/**
 * A store in one SQLite file, for the processes of one machine.
 * @param database the file's name, opened with settings that keep what is acknowledged; or an open
 *   `DatabaseSync` of the caller, whose settings are only looked at and which is never closed
 */
export function sqlite(
  database: string | DatabaseSyncLike,
  { namespace = 'default', assume = {} }: SqliteOptions = {},
): TokenRepository {
  return new SqliteRepository(database, namespace, assume)
}
