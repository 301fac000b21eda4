import type { CallerOwned, ServerHandle } from '@tokenward/conformance'
import { startRedisCluster } from '@tokenward/testbed'
import { Cluster } from 'ioredis'
import { redis } from '../src/index.ts'
import { makeAccounts } from './accounts.ts'
import { serverActions } from './nodes.ts'
import { DURABLE } from './server.ts'

/** Three primaries. */
export default async function startCluster(): Promise<ServerHandle> {
  const { primaries, whole, ...running } = await startRedisCluster(3, {
    version: '7',
    settings: DURABLE,
  })
  const urls = primaries.map(({ url }) => url)
  return {
    ...running,
    ...serverActions(urls),
    members: primaries.map((node) => ({ ...node, start: () => node.start().then(whole) })),
    kill: async () => void (await Promise.all(primaries.map((node) => node.kill()))),
    start: async () => {
      await Promise.all(primaries.map((node) => node.start()))
      await whole()
    },
    accounts: () => makeAccounts(urls),
    callerOwned: async (namespace) => callerOwned(running.url, namespace),
  }
}

function callerOwned(url: string, namespace: string): CallerOwned {
  const { hostname: host, port } = new URL(url)
  const client = new Cluster([{ host, port: Number(port) }])
  return {
    repository: redis(client, { namespace }),
    use: () => client.get('anything'),
    listeners: () =>
      client.eventNames().reduce((count, event) => count + client.listenerCount(event), 0),
    dispose: async () => client.disconnect(),
  }
}
