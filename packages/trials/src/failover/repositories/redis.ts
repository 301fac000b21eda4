import type { TokenRepository } from '@tokenward/core'
import { redis } from '@tokenward/redis'
import { Redis } from 'ioredis'
import { claimingAll } from './claims.ts'

/** What the README of the adapter asks of an operator who uses replicas all the same. */
const ASSUME = { durability: 'durable' } as const

/** `sentinel://host:port,host:port/name`, or the URL of one server or of a cluster. */
export default function openRedis(url: string, namespace: string): TokenRepository {
  const [, addresses, name = ''] = /^sentinel:\/\/([^/]+)\/(.+)$/.exec(url) ?? []
  if (addresses === undefined) return claimingAll(redis(url, { namespace, assume: ASSUME }))
  const sentinels = addresses.split(',').map((address) => {
    const [host = '', port] = address.split(':')
    return { host, port: Number(port) }
  })
  const client = new Redis({
    ...{ sentinels, name, lazyConnect: true },
    ...{ maxRetriesPerRequest: 0, enableOfflineQueue: false, commandTimeout: 2_000 },
    retryStrategy: () => 50,
    sentinelRetryStrategy: () => 50,
  })
  client.on('error', () => undefined)
  return claimingAll(redis(client, { namespace, assume: ASSUME }), async () => client.disconnect())
}
