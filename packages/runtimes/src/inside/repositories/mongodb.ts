import type { TokenRepository } from '@tokenward/core'
import { mongodb } from '@tokenward/mongodb'

/** What the suite opens. */
export default function repository(url: string, namespace: string): TokenRepository {
  return mongodb(url, { namespace })
}
