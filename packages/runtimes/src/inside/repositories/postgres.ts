import type { TokenRepository } from '@tokenward/core'
import { postgres } from '@tokenward/postgres'

/** What the suite opens. */
export default function repository(url: string, namespace: string): TokenRepository {
  return postgres(url, { namespace })
}
