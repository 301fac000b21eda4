import type { Retention, TokenRepository } from '@tokenward/core'
import type { ReadConcern } from './capabilities.ts'
import type { MongoClientLike } from './client.ts'
import { MongodbRepository } from './repository.ts'

export type { ReadConcern } from './capabilities.ts'
export type { ChangeStreamLike, DatabaseLike, Document, MongoClientLike } from './client.ts'
export { grants, type Role, type Roles } from './grants.ts'

export interface MongodbOptions {
  /** Keeps the records of several wards apart in one collection. Default: `default`. */
  readonly namespace?: string
  /**
   * How reads are made on the primary. `majority`, the default: one query for all keys; a primary
   * that was cut off and deposed answers what it knows until it steps down, 10 s by default.
   * `linearizable`: such a primary answers nothing; one query for each key, each of which waits
   * for a majority of the members.
   */
  readonly readConcern?: ReadConcern
  /**
   * What the operator vouches for, whatever `open()` finds: findings are still reported, and lower
   * it no more.
   */
  readonly assume?: { readonly retention?: Retention }
}

/**
 * A store in one collection of a MongoDB database.
 * @param server `mongodb://user:password@host:port/database`, connected with safe time-outs; or a
 *   `MongoClient` of the caller, which is never closed, and the database that its URL names
 */
export function mongodb(
  server: string | MongoClientLike,
  { namespace = 'default', readConcern = 'majority', assume = {} }: MongodbOptions = {},
): TokenRepository {
  return new MongodbRepository(server, { namespace, readConcern, assumed: assume })
}
