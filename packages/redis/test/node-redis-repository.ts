import type { TokenRepository } from '@tokenward/core/adapter'
import { createClient } from 'redis'
import { redis } from '../src/index.ts'

/** Makes the repositories of the conformance suite, by clients of `redis` that never connect. */
export default function repository(url: string, namespace: string): TokenRepository {
  return redis(createClient({ url }), { namespace })
}
