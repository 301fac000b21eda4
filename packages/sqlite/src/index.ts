import type { Durability, TokenRepository } from '@tokenward/core/adapter'
import type { DatabaseLike } from './driver.ts'
import { assertDatabase, parseOptions } from './options.ts'
import { SqliteRepository } from './repository.ts'

export type { DatabaseLike, SqliteValue, StatementLike } from './driver.ts'

/** The options of {@link sqlite}. */
export interface SqliteOptions {
  /**
   * Separates the records of several instances in one file: 1 to 1024 bytes of UTF-8.
   * @default 'default'
   */
  readonly namespace?: string
  /**
   * Capabilities that you guarantee, whatever `open()` finds: findings are still reported, but do not
   * lower these. For what SQLite cannot see: a disk with a battery.
   * @default {}
   */
  readonly assume?: { readonly durability?: Durability }
}

/**
 * A store in one SQLite file, for the processes of one machine.
 * @param database the file's name, which is opened with safe settings, and created for its owner alone;
 *   or an open, caller-owned database of `node:sqlite`, `better-sqlite3` or `bun:sqlite`, whose settings
 *   are only checked and which is never closed
 * @throws InvalidInput `TOKENWARD_INVALID_INPUT` for a database or options that cannot work
 * @example
 * const tokens = await createTokenward({ issuer, keys, repository: sqlite('tokens.db') })
 */
export function sqlite(database: string | DatabaseLike, options?: SqliteOptions): TokenRepository {
  assertDatabase(database)
  return new SqliteRepository(database, parseOptions(options))
}
