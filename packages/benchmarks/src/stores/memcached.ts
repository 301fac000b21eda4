import { promisify } from 'node:util'
import { MEMCACHE_CLIENT_SETTINGS, MEMCACHED_SETTINGS, memcached } from '@tokenward/memcached'
import { start, type Testbed } from '@tokenward/testbed'
import { MemcacheClient } from 'memcache-client'
import Memcached from 'memcached'
import { keyOf, PAYLOAD, type Rival } from './rival.ts'

interface Plain {
  get(key: string): Promise<unknown>
  add(key: string, value: string): Promise<unknown>
  end(): void
}

export async function startMemcached(): Promise<Rival> {
  const running = await start('memcached')
  const client = new Memcached(new URL(running.url).host, MEMCACHED_SETTINGS)
  const add = promisify(client.add.bind(client))
  return rivalOf(running, 'memcached', {
    get: promisify(client.get.bind(client)),
    add: (key, value) => add(key, value, 0),
    end: () => client.end(),
  })
}

export async function startMemcacheClient(): Promise<Rival> {
  const running = await start('memcached')
  const server = new URL(running.url).host
  const client = new MemcacheClient({ ...MEMCACHE_CLIENT_SETTINGS, server })
  return rivalOf(running, 'memcache-client', {
    get: (key) => client.get(key),
    add: (key, value) => client.add(key, value),
    end: () => client.shutdown(),
  })
}

function rivalOf(
  { url, server, stop }: Testbed,
  client: 'memcached' | 'memcache-client',
  plain: Plain,
): Rival {
  return {
    server: `${server.name} ${server.version} by ${client}`,
    repository: memcached(url, { client }),
    async fill(rows) {
      for (let row = 0; row < rows; row++) await plain.add(keyOf(row), PAYLOAD)
    },
    get: (row) => plain.get(keyOf(row)),
    insert: (row) => plain.add(`new${keyOf(row)}`, PAYLOAD),
    async close() {
      plain.end()
      await stop()
    },
  }
}
