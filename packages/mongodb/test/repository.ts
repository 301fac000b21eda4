import type { TokenRepository } from '@tokenward/core'
import { mongodb } from '../src/index.ts'
import { acknowledgingEarly } from './early.ts'

/** What the conformance suite opens. `#acknowledges-early` asks for no durable acknowledgement. */
export default function repository(url: string, namespace: string): TokenRepository {
  const [address = '', how] = url.split('#')
  return how === undefined
    ? mongodb(address, { namespace })
    : acknowledgingEarly(address, namespace)
}
