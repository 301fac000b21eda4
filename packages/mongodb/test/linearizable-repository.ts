import type { TokenRepository } from '@tokenward/core'
import { mongodb } from '../src/index.ts'

/** The other setting. */
export default function repository(url: string, namespace: string): TokenRepository {
  return mongodb(url, { namespace, readConcern: 'linearizable' })
}
