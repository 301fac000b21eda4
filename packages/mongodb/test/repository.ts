import type { TokenRepository } from '@tokenward/core/adapter'
import { mongodb } from '../src/index.ts'
import { acknowledgingEarly } from './early-acknowledgement.ts'

/** Makes the repositories of the conformance suite; after `#acknowledges-early` with unsafe writes. */
export default function repository(url: string, namespace: string): TokenRepository {
  const [address = '', how] = url.split('#')
  return how === undefined
    ? mongodb(address, { namespace })
    : acknowledgingEarly(address, namespace)
}
