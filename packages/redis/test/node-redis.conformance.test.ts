import { type CallerOwned, conformance } from '@tokenward/conformance'
import { createClient } from 'redis'
import * as runner from 'vitest'
import { redis } from '../src/index.ts'
import { driverSample } from './driver-cases.ts'
import startRedis from './server.ts'

conformance({
  ...driverSample,
  runner,
  name: 'redis node-redis',
  server: async () => {
    const started = await startRedis()
    return {
      ...started,
      callerOwned: (namespace: string) => callerOwned(started.url, namespace),
    }
  },
  repository: new URL('./node-redis-repository.ts', import.meta.url),
  rounds: 10,
})

async function callerOwned(url: string, namespace: string): Promise<CallerOwned> {
  const client = createClient({ url })
  client.on('error', () => undefined) // As any owner of a client must.
  await client.connect()
  return {
    repository: redis(client, { namespace }),
    use: () => client.ping(),
    listeners: () =>
      client.eventNames().reduce((count, event) => count + client.listenerCount(event), 0),
    dispose: async () => client.destroy(),
  }
}
