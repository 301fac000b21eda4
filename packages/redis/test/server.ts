import type { CallerOwned, ServerHandle } from '@tokenward/conformance'
import { start } from '@tokenward/testbed'
import { Redis } from 'ioredis'
import { redis } from '../src/index.ts'
import { makeAccounts } from './accounts.ts'
import { canTrace } from './durability/strace.ts'
import { syncedWrites } from './durability/synced-writes.ts'
import { behind } from './nodes.ts'

/** What the adapter calls durable. */
export const DURABLE = { appendonly: 'yes', appendfsync: 'always' }

/** A server of its own, and what the suite does to it behind the adapter's back. */
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
    ...behind([url]),
    stop: async () => void (await Promise.all([running, ...unsafe].map(({ stop }) => stop()))),
    accounts: () => makeAccounts([url]),
    callerOwned: async (namespace) => callerOwned(url, namespace),
    ...(run && canTrace() && { syncedWrites: (...args) => syncedWrites({ url, run }, ...args) }),
    unsafe,
  }
}

async function startUnsafe(version: string) {
  // There is one server then, and its settings are somebody's own.
  if (process.env['TOKENWARD_TEST_REDIS_URL']) return []
  const servers = [
    ['as it comes, with snapshots alone', {}, 'no-append-only-file'],
    ['appendfsync everysec', { appendonly: 'yes' }, 'writes-not-synced'],
    ['evicting', { ...DURABLE, maxmemory: '64mb', 'maxmemory-policy': 'allkeys-lru' }, 'evicts'],
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
