import type { Durability, TokenRepository } from '@tokenward/core/adapter'
import type { CallerDatabase } from './drivers/make-driver.ts'
import { assertDatabase, parseOptions } from './options.ts'
import { PostgresRepository } from './repository.ts'

export type { Role, RoleNames } from '@tokenward/core/adapter'
export type { ClientLike, PoolLike, QueryLike } from './driver.ts'
export type { CallerDatabase } from './drivers/make-driver.ts'
export type { PgliteLike } from './drivers/pglite.ts'
export { POSTGRES_JS_SETTINGS, type PostgresJsLike } from './drivers/postgres-js.ts'
export { grants } from './grants.ts'

/** The options of {@link postgres}. */
export interface PostgresOptions {
  /**
   * Separates the records of several instances in one table: 1 to 1024 bytes of UTF-8 without NUL.
   * @default 'default'
   */
  readonly namespace?: string
  /**
   * Capabilities that you guarantee, whatever `open()` finds: findings are still reported, but do not
   * lower these. For what Postgres cannot see: a file system that never tears pages.
   * @default {}
   */
  readonly assume?: { readonly durability?: Durability }
}

/**
 * A store in two tables of a Postgres database.
 * @param database `postgres://user:password@host:port/database`, to which a pool of `pg` with safe
 *   time-outs connects; a caller-owned `Pool` of `pg` or `@neondatabase/serverless`, or a `PGlite`, which
 *   are never closed; or a function that makes a client of `postgres` (postgres.js), which the store ends
 * @throws InvalidInput `TOKENWARD_INVALID_INPUT` for a URL, a client or options that cannot work
 * @example
 * const tokens = await createTokenward({ issuer, keys, repository: postgres(process.env.DATABASE_URL) })
 */
export function postgres(
  database: string | CallerDatabase,
  options?: PostgresOptions,
): TokenRepository {
  assertDatabase(database)
  return new PostgresRepository(database, parseOptions(options))
}
