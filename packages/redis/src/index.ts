import { type Durability, parseStoreOptions, type TokenRepository } from '@tokenward/core/adapter'
import type { CallerClient } from './driver.ts'
import { parseServer } from './options.ts'
import { RedisRepository } from './repository.ts'

export type { Role, RoleNames } from '@tokenward/core/adapter'
export type { ClientLike, ClusterLike, RedisLike } from './driver.ts'
export { grants } from './grants.ts'
export type { NodeRedisClient, NodeRedisLike } from './node-redis.ts'

/** The options of {@link redis}. */
export interface RedisOptions {
  /**
   * Separates the records of several instances on one server: 1 to 1024 bytes of UTF-8.
   * @default 'default'
   */
  readonly namespace?: string
  /**
   * Capabilities that you guarantee, whatever `open()` finds: findings are still reported, but do not
   * lower these. For what Redis cannot see: a disk with a battery, or an operator who revokes everything
   * after each failover.
   * @default {}
   */
  readonly assume?: { readonly durability?: Durability }
}

/**
 * A store in Redis, Valkey or a Redis Cluster. It connects in `open()`.
 * @param server `redis://user:password@host:port/db` (`rediss://` for TLS) of a server, or of any node
 *   of a cluster; or a client that you made: a `Redis` or `Cluster` of `ioredis`, or `createClient()` of
 *   `redis`. The store opens a connection of its own with the settings of your client, and never uses or
 *   closes yours.
 * @throws `TOKENWARD_INVALID_INPUT` for a wrong URL, client or option
 * @example
 * const tokens = await createTokenward({ issuer, keys, repository: redis('redis://localhost:6379') })
 */
export function redis(server: string | CallerClient, options?: RedisOptions): TokenRepository {
  const { namespace, assume } = parseStoreOptions(options)
  return new RedisRepository(parseServer(server), namespace, assume)
}
