import type { TokenRepository } from '@tokenward/core'
import { type Driver, memcached } from '@tokenward/memcached'

/** What the suite opens; the fragment of the URL names the client. */
export default function repository(url: string, namespace: string): TokenRepository {
  const [servers = '', client] = url.split('#')
  return memcached(servers, { namespace, client: client as Driver })
}
