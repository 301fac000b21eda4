import type { TokenRepository } from '@tokenward/core'
import { myStore } from '../src/index.ts'

/** What the conformance suite opens, here and in its child processes. */
export default function openRepository(url: string, namespace: string): TokenRepository {
  return myStore(url, { namespace })
}
