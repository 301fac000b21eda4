import type { TokenRepository } from '@tokenward/core'
import { postgres } from '../src/index.ts'
import { pglite } from './pglite-databases.ts'

/**
 * Makes the repositories of the conformance suite. The URL is the name of a folder. Without the assumption the
 * suite would leave out what a store that may go back cannot keep.
 */
export default function repository(url: string, namespace: string): TokenRepository {
  return postgres(pglite(url), { namespace, assume: { durability: 'durable' } })
}
