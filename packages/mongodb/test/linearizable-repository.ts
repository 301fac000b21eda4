import type { TokenRepository } from '@tokenward/core'
import { mongodb } from '../src/index.ts'

/** The other setting, under a name of its own in the reports. */
export default function repository(url: string, namespace: string): TokenRepository {
  const repository = mongodb(url, { namespace, readConcern: 'linearizable' })
  return Object.assign(repository, { name: 'mongodb-linearizable' })
}
