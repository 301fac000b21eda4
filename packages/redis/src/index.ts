import type { Retention, TokenRepository } from '@tokenward/core'
import type { Lent } from './driver.ts'
import { RedisRepository } from './repository.ts'

export type { ClientLike, ClusterLike, RedisLike } from './driver.ts'
export { grants, type Role, type Roles } from './grants.ts'

export interface RedisStoreOptions {
  /** Keeps the records of several wards apart on one server. Default: `default`. */
  readonly namespace?: string
  /**
   * What the operator vouches for, whatever `open()` finds: findings are still reported, and lower
   * it no more. For what Redis cannot see, as a disk with a battery, or somebody who revokes
   * everything after a failover.
   */
  readonly assume?: { readonly retention?: Retention }
}

/**
 * A store in a Redis or Valkey, or a Redis Cluster.
 * @param server `redis://user:password@host:port/db` (`rediss://` for TLS) of a server, or of a node
 *   of a cluster; or a `Redis` or `Cluster` of the caller, whose settings a connection of our own takes
 */
export function redis(
  server: string | Lent,
  { namespace = 'default', assume = {} }: RedisStoreOptions = {},
): TokenRepository {
  return new RedisRepository(server, namespace, assume)
}
