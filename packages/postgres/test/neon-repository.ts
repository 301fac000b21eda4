import { neonConfig, Pool } from '@neondatabase/serverless'
import type { TokenRepository } from '@tokenward/core'
import { postgres } from '../src/index.ts'
import { endingWith } from './early-acknowledgement.ts'

/** Makes the repositories of the conformance suite. The URL ends in the port of a proxy: `#proxy=12345`. */
export default function repository(url: string, namespace: string): TokenRepository {
  const pool = neonPool(url)
  return endingWith(pool, postgres(pool, { namespace }))
}

/** The proxy of a test has no certificate, and Postgres asks for a password as it does to any client. */
export function neonPool(url: string): Pool {
  const [address = '', proxy] = url.split('#proxy=')
  neonConfig.wsProxy = (host, port) => `127.0.0.1:${proxy}/v1?address=${host}:${port}`
  neonConfig.useSecureWebSocket = false
  neonConfig.pipelineConnect = false
  const pool = new Pool({ connectionString: address })
  pool.on('error', () => undefined) // As any owner of a pool must.
  return pool
}
