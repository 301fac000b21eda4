import { redis } from '@tokenward/redis'
import { startRedisCluster } from '@tokenward/testbed'
import { Cluster, type Redis } from 'ioredis'
import { keyOf, type MeasuredStore, PAYLOAD } from './measured-store.ts'
import { DURABLE } from './redis.ts'

const PRIMARIES = 3

/** Its CPU time is that of all primaries together. */
export async function startCluster(): Promise<MeasuredStore> {
  const { url, server, stop } = await startRedisCluster(PRIMARIES, { settings: DURABLE })
  const { hostname: host, port } = new URL(url)
  const client = new Cluster([{ host, port: Number(port) }])
  const pipelining = new Cluster([{ host, port: Number(port) }], { enableAutoPipelining: true })
  return {
    server: `${server.name} ${server.version}, a cluster of ${PRIMARIES}`,
    async serverCpu() {
      const used = await Promise.all(client.nodes('master').map(cpuOf))
      return used.reduce((sum, each) => sum + each, 0)
    },
    repository: (namespace) => redis(url, { namespace }),
    async fill(rows) {
      for (let row = 0; row < rows; row++) await client.set(keyOf(row), PAYLOAD)
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

/** The server reports seconds with six digits. @returns µs */
async function cpuOf(node: Redis): Promise<number> {
  const info = await node.info('cpu')
  const seconds = (field: string) => Number(new RegExp(`^${field}:(.+)$`, 'm').exec(info)?.[1])
  return 1e6 * (seconds('used_cpu_sys') + seconds('used_cpu_user'))
}
