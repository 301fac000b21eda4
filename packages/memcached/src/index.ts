import type { TokenRepository } from '@tokenward/core/adapter'
import { clientSource, type Servers } from './client.ts'
import { assertOptions, type MemcachedOptions } from './options.ts'
import { MemcachedRepository } from './repository.ts'

export type { Driver } from './addresses.ts'
export type { ClientLike, Servers } from './client.ts'
export { MEMCACHE_CLIENT_SETTINGS, type MemcacheClientLike } from './clients/memcache-client.ts'
export { MEMCACHED_SETTINGS, type MemcachedLike } from './clients/memcached.ts'
export type { MemcachedOptions } from './options.ts'

/**
 * A store that forgets, in one Memcached or several.
 * @param servers `memcached://host:11211`, several separated by commas or in a list; or a client of
 *   `memcached` or `memcache-client` of the caller, or several, which are never closed
 * @throws InvalidInput for whatever is wrong with an argument
 */
export function memcached(servers: Servers, options: MemcachedOptions = {}): TokenRepository {
  assertOptions(options)
  const { namespace = 'default', client = 'memcached', ring } = options
  return new MemcachedRepository(clientSource(servers, client), { namespace, ring })
}
