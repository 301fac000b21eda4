import type { TokenRepository } from '@tokenward/core'
import pg from 'pg'
import { postgres } from '../src/index.ts'
import { acknowledgingEarly, endingWith } from './early-acknowledgement.ts'

/**
 * What the conformance suite opens. `#caller-owned` passes a pool; `#acknowledges-early` forces the durable
 * commit off.
 */
export default function repository(url: string, namespace: string): TokenRepository {
  const [address = '', how] = url.split('#')
  if (how === undefined) return postgres(address, { namespace })
  const pool = new pg.Pool({ connectionString: address })
  pool.on('error', () => undefined) // As any owner of a pool must.
  if (how === 'caller-owned') return endingWith(pool, postgres(pool, { namespace }))
  return acknowledgingEarly(pool, namespace)
}
