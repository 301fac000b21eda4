import type { CallerOwned, ServerHandle } from '@tokenward/conformance'
import { start } from '@tokenward/testbed'
import { Redis } from 'ioredis'
import { redis } from '../src/index.ts'
import { makeAccounts } from './accounts.ts'
import { canTrace } from './durability/strace.ts'
import { syncedWrites } from './durability/synced-writes.ts'
import { serverActions } from './nodes.ts'

/** The settings that make the adapter durable. */
export const DURABLE = { appendonly: 'yes', appendfsync: 'always' }

/** Starts a server, and what the conformance suite does to it directly. */
export default async function startRedis(
  version = '7',
  settings: Readonly<Record<string, string>> = DURABLE,
): Promise<ServerHandle> {
  const running = await start('redis', { version, settings, clock: version !== '7' })
  const { url, run } = running
  const unsafe = await startUnsafe(version)
  return {
    ...running,
    roundsShare: 0.5,
    ...serverActions([url]),
    stop: async () => void (await Promise.all([running, ...unsafe].map(({ stop }) => stop()))),
    accounts: () => makeAccounts([url]),
    callerOwned: async (namespace) => callerOwned(url, namespace),
    ...(run && canTrace() && { syncedWrites: (...args) => syncedWrites({ url, run }, ...args) }),
    unsafe,
  }
}

async function startUnsafe(version: string) {
  // An external server is the only one, and has its own settings.
  if (process.env['TOKENWARD_TEST_REDIS_URL']) return []
  const servers = [
    ['default settings, snapshots alone', {}, 'aof-off'],
    ['appendfsync everysec', { appendonly: 'yes' }, 'appendfsync-not-always'],
    [
      'evicting',
      { ...DURABLE, maxmemory: '64mb', 'maxmemory-policy': 'allkeys-lru' },
      'eviction-enabled',
    ],
  ] as const
  return Promise.all(
    servers.map(async ([name, settings, finding]) => {
      const { url, stop } = await start('redis', { version, settings })
      return { name, url, finding, stop }
    }),
  )
}

function callerOwned(url: string, namespace: string): CallerOwned {
  const client = new Redis(url)
  return {
    repository: redis(client, { namespace }),
    use: () => client.ping(),
    listeners: () =>
      client.eventNames().reduce((count, event) => count + client.listenerCount(event), 0),
    dispose: async () => client.disconnect(),
  }
}
