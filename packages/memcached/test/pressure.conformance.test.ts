import { conformance, type ServerHandle } from '@tokenward/conformance'
import { start } from '@tokenward/testbed'
import * as runner from 'vitest'

conformance({
  runner,
  name: 'memcached pressure',
  server: startSmall,
  repository: new URL('./repository.ts', import.meta.url),
  only: { cases: ['evict-pressure'], reason: 'the server is full' },
})

/** A server of two megabytes is full after some thousand records. */
async function startSmall(): Promise<ServerHandle> {
  const { kill: _, start: __, ...running } = await start('memcached', { settings: { m: '2' } })
  return { ...running, url: `${running.url}#memcached`, boundedMemory: true }
}
