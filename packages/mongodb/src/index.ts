import type { Assumed, TokenRepository } from '@tokenward/core/adapter'
import type { MongoClientLike } from './driver.ts'
import { assertServer, parseOptions, type ReadConcern } from './options.ts'
import { MongodbRepository } from './repository.ts'

export type { Role, RoleNames } from '@tokenward/core/adapter'
export type { ChangeStreamLike, DatabaseLike, Document, MongoClientLike } from './driver.ts'
export { grants } from './grants.ts'
export type { ReadConcern } from './options.ts'

/** The options of {@link mongodb}. */
export interface MongodbOptions {
  /**
   * Separates the records of several instances in one collection: 1 to 1024 bytes of UTF-8.
   * @default 'default'
   */
  readonly namespace?: string
  /**
   * How records are read from the primary.
   *
   * - `linearizable`: a primary that was cut off and replaced does not answer. One query for each key;
   *   each waits for a majority of the members.
   * - `majority`: one query for all keys. Such a primary still answers, until it steps down (10 s by
   *   default), and may not know of a revocation. The capability `linearizable` is `false`, so an
   *   instance refuses the store unless you guarantee it by `assume: { linearizable: true }`.
   * @default 'linearizable'
   */
  readonly readConcern?: ReadConcern
  /**
   * Capabilities that you guarantee, whatever `open()` finds: findings are still reported, but do not
   * lower these.
   * @default {}
   */
  readonly assume?: Assumed
}

/**
 * A store in one collection of a MongoDB database. It connects in `open()`.
 * @param server `mongodb://user:password@host:port/database`, which is connected to with safe
 *   time-outs; or a `MongoClient` that you made, and the database that its URL names. The store never
 *   closes your client.
 * @throws `TOKENWARD_INVALID_INPUT` for a wrong URL, client or option
 * @example
 * const repository = mongodb('mongodb://a.example,b.example,c.example/app?replicaSet=rs0')
 * const tokens = await createTokenward({ issuer, keys, repository })
 */
export function mongodb(
  server: string | MongoClientLike,
  options?: MongodbOptions,
): TokenRepository {
  assertServer(server)
  return new MongodbRepository(server, parseOptions(options))
}
