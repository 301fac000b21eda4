import type { CallerOwned, ServerHandle } from '@tokenward/conformance'
import { start } from '@tokenward/testbed'
import { type Driver, memcached } from '../src/index.ts'
import { ask, damage, drop } from './ask.ts'
import { lend } from './lend.ts'

/** Some cases have a ward for each of 128 racers, and each ward has a connection of its own. */
const SETTINGS = { c: '4096' }

/** A server of its own, and what the suite does to it behind the adapter's back. */
export async function startFor(driver: Driver): Promise<ServerHandle> {
  const running = await start('memcached', { settings: SETTINGS, clock: true })
  const withoutCas = await start('memcached', { settings: { C: '' } })
  const { url } = running
  return {
    ...running,
    url: `${url}#${driver}`,
    roundsShare: 0.5,
    wipe: async () => void (await ask(url, 'flush_all')),
    drop: (key) => drop(url, key),
    damage: (key) => damage(url, key),
    callerOwned: async (namespace) => callerOwned(url, driver, namespace),
    unsafe: [{ name: '-C', url: `${withoutCas.url}#${driver}`, finding: 'cas-disabled' }],
    stop: async () => void (await Promise.all([running.stop(), withoutCas.stop()])),
  }
}

function callerOwned(url: string, driver: Driver, namespace: string): CallerOwned {
  const { client, use, end } = lend(url, driver)
  return {
    repository: memcached(client, { namespace, ring: 'suite' }),
    use,
    listeners: () =>
      client.eventNames().reduce((count, event) => count + client.listenerCount(event), 0),
    dispose: end,
  }
}
