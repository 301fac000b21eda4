import type { TokenRepository } from '@tokenward/core/adapter'
import type { Lent } from './ioredis.ts'
import { parseOptions, type RedisStoreOptions } from './options.ts'
import { RedisRepository } from './repository.ts'
import { parseServer } from './server.ts'

export { grants, type Role, type Roles } from './grants.ts'
export type { ClientLike, ClusterLike, RedisLike } from './ioredis.ts'
export type { RedisStoreOptions } from './options.ts'

/**
 * A store in a Redis or Valkey, or a Redis Cluster.
 * @param server `redis://user:password@host:port/db` (`rediss://` for TLS) of a server, or of a node
 *   of a cluster; or a `Redis` or `Cluster` of the caller, whose settings a connection of our own takes
 * @throws InvalidInput
 */
export function redis(server: string | Lent, options?: RedisStoreOptions): TokenRepository {
  const { namespace, assume } = parseOptions(options)
  return new RedisRepository(parseServer(server), namespace, assume)
}
