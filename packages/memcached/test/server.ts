import type { CallerOwned, ServerHandle } from '@tokenward/conformance'
import { start } from '@tokenward/testbed'
import { type Driver, memcached } from '../src/index.ts'
import { callerClient } from './caller-client.ts'
import { logging } from './server-log.ts'
import { damage, drop, expiryOf, tcpRequest } from './tcp-request.ts'

/** Some cases have 128 concurrent instances, and each instance has its own connection. */
const SETTINGS = { c: '4096' }

/** Starts a server, and what the conformance suite does to it directly. */
export async function startFor(driver: Driver): Promise<ServerHandle> {
  const running = await start('memcached', { settings: SETTINGS, clock: true })
  const withoutCas = await start('memcached', { settings: { C: '' } })
  const { url } = running
  return {
    ...running,
    url: `${url}#${driver}`,
    roundsShare: 0.5,
    wipe: async () => void (await tcpRequest(url, 'flush_all')),
    drop: (key) => drop(url, key),
    damage: (key) => damage([url], key),
    expiryOf: (key) => expiryOf(url, key),
    ...logging(running),
    callerOwned: async (namespace) => callerOwned(url, driver, namespace),
    unsafe: [{ name: '-C', url: `${withoutCas.url}#${driver}`, finding: 'cas-disabled' }],
    stop: async () => void (await Promise.all([running.stop(), withoutCas.stop()])),
  }
}

export default function startMemcached(): Promise<ServerHandle> {
  return startFor('memcached')
}

function callerOwned(url: string, driver: Driver, namespace: string): CallerOwned {
  const { client, use, end } = callerClient(url, driver)
  return {
    repository: memcached(client, { namespace, ring: 'suite' }),
    use,
    listeners: () =>
      client.eventNames().reduce((count, event) => count + client.listenerCount(event), 0),
    dispose: end,
  }
}
