import type { Durability, TokenRepository } from '@tokenward/core/adapter'
import type { DatabaseSyncLike } from './client.ts'
import { checkArguments } from './input.ts'
import { SqliteRepository } from './repository.ts'

export type { DatabaseSyncLike, SqliteValue, StatementSyncLike } from './client.ts'

export interface SqliteOptions {
  /** Keeps the records of several instances apart in one file. Default: `default`. */
  readonly namespace?: string
  /**
   * What the operator vouches for, whatever `open()` finds: findings are still reported, and lower
   * it no more. For settings whose effect SQLite cannot see, as a disk with a battery.
   */
  readonly assume?: { readonly durability?: Durability }
}

/**
 * A store in one SQLite file, for the processes of one machine.
 * @param database the file's name, opened with settings that keep what is acknowledged, and created for
 *   its owner alone; or an open `DatabaseSync` of the caller, whose settings are only looked at and which
 *   is never closed
 * @throws InvalidInput
 */
export function sqlite(
  database: string | DatabaseSyncLike,
  options: SqliteOptions = {},
): TokenRepository {
  checkArguments(database, options)
  const { namespace = 'default', assume = {} } = options
  return new SqliteRepository(database, namespace, assume)
}
