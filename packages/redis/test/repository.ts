import type { TokenRepository } from '@tokenward/core/adapter'
import { redis } from '../src/index.ts'

/** A URL that ends in this is opened with `assume: { durability: 'durable' }`. */
export const ASSUMED_DURABLE = '#vouched'

/** Makes the repositories of the conformance suite. */
export default function repository(url: string, namespace: string): TokenRepository {
  if (!url.endsWith(ASSUMED_DURABLE)) return redis(url, { namespace })
  return redis(url.slice(0, -ASSUMED_DURABLE.length), {
    namespace,
    assume: { durability: 'durable' },
  })
}
