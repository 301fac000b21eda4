import type { Durability, TokenRepository } from '@tokenward/core/adapter'
import type { PoolLike } from './driver.ts'
import { assertDatabase, assertOptions } from './input.ts'
import { PostgresRepository } from './repository.ts'

export type { ClientLike, PoolLike, QueryLike } from './driver.ts'
export { grants, type Role, type Roles } from './grants.ts'

export interface PostgresOptions {
  /** Keeps the records of several instances apart in one table. Default: `default`. */
  readonly namespace?: string
  /**
   * What the operator vouches for, whatever `open()` finds: findings are still reported, and lower
   * it no more. For settings whose effect Postgres cannot see, as a file system that never tears pages.
   */
  readonly assume?: { readonly durability?: Durability }
}

/**
 * A store in two tables of a Postgres database.
 * @param database `postgres://user:password@host:port/database`, connected by a pool of `pg` with
 *   safe time-outs; or a `Pool` of the caller, which is never closed
 * @throws InvalidInput for a URL, a client or options that cannot be right
 */
export function postgres(
  database: string | PoolLike,
  options: PostgresOptions = {},
): TokenRepository {
  assertDatabase(database)
  assertOptions(options)
  const { namespace = 'default', assume = {} } = options
  return new PostgresRepository(database, namespace, assume)
}
