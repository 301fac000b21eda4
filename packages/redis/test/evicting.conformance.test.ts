import { conformance, type ServerHandle } from '@tokenward/conformance'
import { start } from '@tokenward/testbed'
import * as runner from 'vitest'
import { serverActions } from './nodes.ts'
import { DURABLE } from './server.ts'

const repository = new URL('./repository.ts', import.meta.url)

conformance({
  runner,
  name: 'redis evicting',
  server: () => startEvicting('256mb'),
  repository,
  rounds: 10,
  sample: { runs: 6 },
})

// This server is full after some thousand records, and evicts from then on.
conformance({
  runner,
  name: 'redis full',
  server: async () => ({ ...(await startEvicting('6mb')), boundedMemory: true }),
  repository,
  only: {
    cases: [
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
    reason: 'the server is full: other cases expect to find what they wrote',
  },
  sample: { runs: 3, always: ['evict-pressure', 'no-unhandled-errors'] },
})

async function startEvicting(maxmemory: string): Promise<ServerHandle> {
  const eviction = { maxmemory, 'maxmemory-policy': 'allkeys-lru' }
  const { url, server, stop } = await start('redis', { settings: { ...DURABLE, ...eviction } })
  return { url, server, stop, ...serverActions([url]) }
}
