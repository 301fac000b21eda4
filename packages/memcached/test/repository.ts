import type { TokenRepository } from '@tokenward/core/adapter'
import { type Driver, memcached } from '../src/index.ts'

/** Makes the repositories of the conformance suite, from `memcached://…#memcache-client`. */
export default function repository(url: string, namespace: string): TokenRepository {
  const [servers = '', client] = url.split('#')
  // With a name, because the servers have other addresses behind a proxy.
  return memcached(servers, { namespace, client: client as Driver, ring: 'suite' })
}
