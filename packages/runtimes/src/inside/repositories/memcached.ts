import type { TokenRepository } from '@tokenward/core'
import { memcached } from '@tokenward/memcached'

/** What the suite opens. */
export default function repository(url: string, namespace: string): TokenRepository {
  return memcached(url, { namespace })
}
