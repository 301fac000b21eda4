import { createKeyv } from '@keyv/redis'
import { redis } from '@tokenward/redis'
import { start } from '@tokenward/testbed'
import { Redis } from 'ioredis'
import { keyOf, type MeasuredStore, PAYLOAD } from './measured-store.ts'
import { serverCpuOf } from './server-cpu.ts'

/** The settings that the adapter considers durable. It and the plain driver wait for the disk at each write. */
export const DURABLE = { appendonly: 'yes', appendfsync: 'always' } as const

export async function startRedis(): Promise<MeasuredStore> {
  const running = await start('redis', { settings: DURABLE })
  const { url, server, stop } = running
  const client = new Redis(url)
  const pipelining = new Redis(url, { enableAutoPipelining: true })
  const keyv = createKeyv(url)
  return {
    server: `${server.name} ${server.version}`,
    ...serverCpuOf(running),
    repository: (namespace) => redis(url, { namespace }),
    async fill(rows) {
      const keys = Array.from({ length: rows }, (_, row) => keyOf(row))
      await client.mset(keys.flatMap((key) => [key, PAYLOAD]))
      for (const key of keys) await keyv.set(key, PAYLOAD)
    },
    get: (row) => client.get(keyOf(row)),
    getPipelined: (row) => pipelining.get(keyOf(row)),
    getByKeyv: (row) => keyv.get(keyOf(row)),
    betterAuth: {
      secondaryStorage: {
        get: (key) => client.get(key),
        set: async (key, value) => void (await client.set(key, value)),
        delete: async (key) => void (await client.del(key)),
        getAndDelete: (key) => client.getdel(key),
        increment: (key) => client.incr(key),
      },
    },
    insert: (row) => client.set(`new ${keyOf(row)}`, PAYLOAD, 'NX'),
    async close() {
      await keyv.disconnect()
      client.disconnect()
      pipelining.disconnect()
      await stop()
    },
  }
}
