import { promisify } from 'node:util'
import { MEMCACHE_CLIENT_SETTINGS, MEMCACHED_SETTINGS, memcached } from '@tokenward/memcached'
import { start, type Testbed } from '@tokenward/testbed'
import { MemcacheClient } from 'memcache-client'
import Memcached from 'memcached'
import { keyOf, type MeasuredStore, PAYLOAD } from './measured-store.ts'
import { serverCpuOf } from './server-cpu.ts'

interface Driver {
  get(key: string): Promise<unknown>
  add(key: string, value: string): Promise<unknown>
  end(): void
}

export async function startMemcached(): Promise<MeasuredStore> {
  const running = await start('memcached')
  const client = new Memcached(new URL(running.url).host, MEMCACHED_SETTINGS)
  const add = promisify(client.add.bind(client))
  return storeOf(running, 'memcached', {
    get: promisify(client.get.bind(client)),
    add: (key, value) => add(key, value, 0),
    end: () => client.end(),
  })
}

export async function startMemcacheClient(): Promise<MeasuredStore> {
  const running = await start('memcached')
  const server = new URL(running.url).host
  const client = new MemcacheClient({ ...MEMCACHE_CLIENT_SETTINGS, server })
  return storeOf(running, 'memcache-client', {
    get: (key) => client.get(key),
    add: (key, value) => client.add(key, value),
    end: () => client.shutdown(),
  })
}

function storeOf(
  running: Testbed,
  client: 'memcached' | 'memcache-client',
  driver: Driver,
): MeasuredStore {
  const { url, server, stop } = running
  return {
    server: `${server.name} ${server.version} by ${client}`,
    ...serverCpuOf(running),
    repository: (namespace) => memcached(url, { client, namespace }),
    async fill(rows) {
      for (let row = 0; row < rows; row++)
        await driver.add(keyOf(row), PAYLOAD).catch(() => undefined)
    },
    get: (row) => driver.get(keyOf(row)),
    insert: (row) => driver.add(`new${keyOf(row)}`, PAYLOAD),
    async close() {
      driver.end()
      await stop()
    },
  }
}
