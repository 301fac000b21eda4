import type { TokenRepository } from '@tokenward/core'
import { redis } from '@tokenward/redis'

/** What the suite opens. */
export default function repository(url: string, namespace: string): TokenRepository {
  return redis(url, { namespace })
}
