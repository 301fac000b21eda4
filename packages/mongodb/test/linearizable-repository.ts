import type { TokenRepository } from '@tokenward/core/adapter'
import { mongodb } from '../src/index.ts'

/** Makes the repositories of the conformance suite with linearizable reads. */
export default function repository(url: string, namespace: string): TokenRepository {
  return mongodb(url, { namespace, readConcern: 'linearizable' })
}
