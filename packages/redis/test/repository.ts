import type { TokenRepository } from '@tokenward/core'
import { redis } from '../src/index.ts'

/** What the conformance suite opens. */
export default function repository(url: string, namespace: string): TokenRepository {
  return redis(url, { namespace })
}
