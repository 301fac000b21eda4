import type { TokenRepository } from '@tokenward/core'
import { redis } from '../src/index.ts'

/** Ends the URL of a server for which somebody vouches, whatever its settings say. */
export const VOUCHED = '#vouched'

/** What the conformance suite opens. */
export default function repository(url: string, namespace: string): TokenRepository {
  if (!url.endsWith(VOUCHED)) return redis(url, { namespace })
  return redis(url.slice(0, -VOUCHED.length), { namespace, assume: { durability: 'durable' } })
}
