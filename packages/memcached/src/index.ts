import type { TokenRepository } from '@tokenward/core/adapter'
import type { Driver } from './driver.ts'
import type { MemcacheClientLike } from './drivers/memcache-client.ts'
import type { MemcachedLike } from './drivers/memcached.ts'
import { clientSource, parseOptions } from './options.ts'
import { MemcachedRepository } from './repository.ts'

export type { Driver } from './driver.ts'
export { MEMCACHE_CLIENT_SETTINGS, type MemcacheClientLike } from './drivers/memcache-client.ts'
export { MEMCACHED_SETTINGS, type MemcachedLike } from './drivers/memcached.ts'

/** A client that you made, and close. */
export type ClientLike = MemcachedLike | MemcacheClientLike

/** Addresses, or caller-owned clients. */
export type Servers = string | readonly string[] | ClientLike | readonly ClientLike[]

/** The options of {@link memcached}. */
export interface MemcachedOptions {
  /**
   * Separates the records of several instances in one server: 1 to 1024 bytes of UTF-8.
   * @default 'default'
   */
  readonly namespace?: string
  /**
   * The package that connects to a URL. It has no effect on caller-owned clients.
   * @default 'memcached'
   */
  readonly client?: Driver
  /**
   * A name for several servers that processes reach by different addresses: 1 to 1024 bytes of UTF-8. All
   * processes must then list the servers in the same order. The name is part of every key: with another
   * name the store is empty.
   * @default the addresses, in any order
   */
  readonly ring?: string
}

/**
 * An evicting store in one Memcached or several. It connects in `open()`.
 * @param servers `memcached://host:11211`, several separated by commas or in a list; or a caller-owned
 *   client of `memcached` or `memcache-client`, or several. The store never closes them.
 * @throws `TOKENWARD_INVALID_INPUT` for a wrong URL, client or option
 * @example
 * const repository = memcached('memcached://localhost:11211')
 * const tokens = await createTokenward({ issuer, keys, repository })
 */
export function memcached(servers: Servers, options?: MemcachedOptions): TokenRepository {
  const { namespace, driver, ring } = parseOptions(options)
  return new MemcachedRepository(clientSource(servers, driver), namespace, ring)
}
