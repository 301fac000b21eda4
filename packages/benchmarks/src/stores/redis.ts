import { redis } from '@tokenward/redis'
import { start } from '@tokenward/testbed'
import { Redis } from 'ioredis'
import { keyOf, type MeasuredStore, PAYLOAD } from './measured-store.ts'

export async function startRedis(): Promise<MeasuredStore> {
  // The settings that the adapter considers durable. Both wait for the disk at each write.
  const settings = { appendonly: 'yes', appendfsync: 'always' }
  const { url, server, stop } = await start('redis', { settings })
  const client = new Redis(url)
  const pipelining = new Redis(url, { enableAutoPipelining: true })
  return {
    server: `${server.name} ${server.version}`,
    repository: (namespace) => redis(url, { namespace }),
    async fill(rows) {
      const keys = Array.from({ length: rows }, (_, row) => keyOf(row))
      await client.mset(keys.flatMap((key) => [key, PAYLOAD]))
    },
    get: (row) => client.get(keyOf(row)),
    getPipelined: (row) => pipelining.get(keyOf(row)),
    insert: (row) => client.set(`new ${keyOf(row)}`, PAYLOAD, 'NX'),
    async close() {
      client.disconnect()
      pipelining.disconnect()
      await stop()
    },
  }
}
