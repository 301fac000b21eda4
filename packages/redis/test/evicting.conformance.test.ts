import { conformance, type ServerHandle } from '@tokenward/conformance'
import { start } from '@tokenward/testbed'
import * as runner from 'vitest'
import { serverActions } from './nodes.ts'
import { DURABLE } from './server.ts'

// The server is full after some thousand records, and evicts from then on.
conformance({
  runner,
  name: 'redis evicting',
  server: startEvicting,
  repository: new URL('./repository.ts', import.meta.url),
  only: [
    'evict-pressure',
    'evict-anywhere',
    'insert-after-eviction',
    'cutoff-extended-at-issue',
    'revoke-needs-ack',
    'durability-changed',
    'rotation-chain',
    'findings-reported',
    'no-unhandled-errors',
  ],
})

async function startEvicting(): Promise<ServerHandle> {
  const eviction = { maxmemory: '6mb', 'maxmemory-policy': 'allkeys-lru' }
  const { url, server, stop } = await start('redis', { settings: { ...DURABLE, ...eviction } })
  return { url, server, stop, ...serverActions([url]), boundedMemory: true }
}
