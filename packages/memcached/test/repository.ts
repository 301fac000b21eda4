import type { TokenRepository } from '@tokenward/core'
import { type Driver, memcached } from '../src/index.ts'

/** What the conformance suite opens: `memcached://…#memcache-client`. */
export default function repository(url: string, namespace: string): TokenRepository {
  const [servers = '', client] = url.split('#')
  // By name: on their way through a proxy the servers have other addresses.
  return memcached(servers, { namespace, client: client as Driver, ring: 'suite' })
}
