import type { TokenRepository } from '@tokenward/core/adapter'
import { mongodb } from '../src/index.ts'

/** Makes the repositories of the conformance suite with majority reads, which an operator has to guarantee. */
export default function repository(url: string, namespace: string): TokenRepository {
  return mongodb(url, { namespace, readConcern: 'majority', assume: { linearizable: true } })
}
