import type { TokenRepository } from '@tokenward/core'
import pg from 'pg'
import { postgres } from '../src/index.ts'
import { acknowledgingEarly } from './early.ts'

/** What the conformance suite opens. `#acknowledges-early` forces the durable commit off. */
export default function repository(url: string, namespace: string): TokenRepository {
  const [address = '', how] = url.split('#')
  if (how === undefined) return postgres(address, { namespace })
  return acknowledgingEarly(new pg.Pool({ connectionString: address }), namespace)
}
