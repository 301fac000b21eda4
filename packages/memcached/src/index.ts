import type { TokenRepository } from '@tokenward/core'
import type { Driver } from './addresses.ts'
import type { Servers } from './client.ts'
import { MemcachedRepository } from './repository.ts'

export type { Driver } from './addresses.ts'
export type { ClientLike, Servers } from './client.ts'
export { MEMCACHE_CLIENT_SETTINGS, type MemcacheClientLike } from './clients/memcache-client.ts'
export { MEMCACHED_SETTINGS, type MemcachedLike } from './clients/memcached.ts'

export interface MemcachedOptions {
  /** Keeps the records of several wards apart in one server. Default: `default`. */
  readonly namespace?: string
  /** By which package a URL is connected to. Default: `memcached`. */
  readonly client?: Driver
  /**
   * A name for the ring, where processes reach the same servers by different addresses: another name is
   * another, empty world. Then all must list them in the same order. Default: the addresses.
   */
  readonly ring?: string
}

/**
 * A store that forgets, in one Memcached or several.
 * @param servers `memcached://host:11211`, several separated by commas or in a list; or a client of
 *   `memcached` or `memcache-client` of the caller, or several, which are never closed
 */
export function memcached(
  servers: Servers,
  { namespace = 'default', client = 'memcached', ring }: MemcachedOptions = {},
): TokenRepository {
  return new MemcachedRepository(servers, { namespace, client, ring })
}
