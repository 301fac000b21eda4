import { neonConfig, Pool } from '@neondatabase/serverless'
import type { TokenRepository } from '@tokenward/core'
import { postgres } from '../src/index.ts'

/** Makes the repositories of the conformance suite. The URL ends in the port of a proxy: `#proxy=12345`. */
export default function repository(url: string, namespace: string): TokenRepository {
  let pool: Pool | null = null
  const current = (): Pool => {
    pool ??= neonPool(url)
    return pool
  }
  const made = postgres(
    {
      connect: (callback) => current().connect(callback),
      on: () => undefined,
      removeListener: () => undefined,
    },
    { namespace },
  )
  const close = made.close.bind(made)
  // A pool that was ended connects no more: the next `open()`, which may follow at once, makes another one.
  made.close = async () => {
    const ended = pool
    pool = null
    await close()
    await ended?.end()
  }
  return made
}

/** The proxy of the tests has no certificate, and Postgres asks for a password as it does of any client. */
export function neonPool(url: string): Pool {
  const [address = '', port = ''] = url.split('#proxy=')
  neonConfig.wsProxy = (host, hostPort) => `127.0.0.1:${port}/v1?address=${host}:${hostPort}`
  neonConfig.useSecureWebSocket = false
  neonConfig.pipelineConnect = false
  // Without it, a connection that gets no reply is waited for without end.
  const pool = new Pool({ connectionString: address, connectionTimeoutMillis: 30_000 })
  pool.on('error', () => undefined) // As any owner of a pool must.
  return pool
}
