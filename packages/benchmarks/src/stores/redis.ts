import { redis } from '@tokenward/redis'
import { start } from '@tokenward/testbed'
import { Redis } from 'ioredis'
import { keyOf, PAYLOAD, type Rival } from './rival.ts'

export async function startRedis(): Promise<Rival> {
  // What the adapter calls durable: each write waits for the disk, the plain one too.
  const settings = { appendonly: 'yes', appendfsync: 'always' }
  const { url, server, stop } = await start('redis', { settings })
  const client = new Redis(url)
  return {
    server: `${server.name} ${server.version}`,
    repository: redis(url),
    async fill(rows) {
      const keys = Array.from({ length: rows }, (_, row) => keyOf(row))
      await client.mset(keys.flatMap((key) => [key, PAYLOAD]))
    },
    get: (row) => client.get(keyOf(row)),
    insert: (row) => client.set(`new ${keyOf(row)}`, PAYLOAD, 'NX'),
    async close() {
      client.disconnect()
      await stop()
    },
  }
}
