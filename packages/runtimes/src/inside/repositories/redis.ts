import type { TokenRepository } from '@tokenward/core'
import { redis } from '@tokenward/redis'

/** What the suite opens. The server of a run is not set up to be durable: what is tried is the driver. */
export default function repository(url: string, namespace: string): TokenRepository {
  return redis(url, { namespace, assume: { durability: 'durable' } })
}
