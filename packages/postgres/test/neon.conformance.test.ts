import { conformance, type ServerHandle } from '@tokenward/conformance'
import * as runner from 'vitest'
import { startNeonProxy } from './neon-proxy.ts'
import { neonPool } from './neon-repository.ts'
import startPostgres, { callerOwnedPool } from './server.ts'

conformance({
  runner,
  name: 'postgres Neon',
  server: startBehindProxy,
  repository: new URL('./neon-repository.ts', import.meta.url),
  only: {
    cases: ['insert-if-absent', 'conditional-replace', 'fields-unchanged', 'prune-keeps-retained'],
    reason:
      'after an outage, the first calls of a crowd may be rejected through the WebSocket proxy of this test',
  },
})

async function startBehindProxy(): Promise<ServerHandle> {
  const [started, proxy] = await Promise.all([startPostgres(), startNeonProxy()])
  // The accounts, and what is unsafe, depend on the server alone.
  const { accounts: _, unsafe: __, syncedWrites: ___, unprepared, ...server } = started
  const behindProxy = (address: string) => `${address}#proxy=${proxy.port}`
  const url = behindProxy(server.url)
  return {
    ...server,
    url,
    ...(unprepared && { unprepared: async () => behindProxy(await unprepared()) }),
    callerOwned: async (namespace) => callerOwnedPool(neonPool(url), namespace),
    stop: async () => {
      await proxy.close()
      await server.stop()
    },
  }
}
