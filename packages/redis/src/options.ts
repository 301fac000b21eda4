import { InvalidInput } from '@tokenward/core/adapter'
import type { Address, CallerClient, ClusterLike, RedisLike } from './driver.ts'
import { isNodeRedis, type NodeRedisLike } from './node-redis.ts'

const DEFAULT_PORT = 6379
const URL_OR_CLIENT =
  'must be a URL as redis://user:password@host:6379/0, with special characters %-encoded, or a client of ioredis or redis: new Redis(), new Cluster() or createClient().'

/** @throws InvalidInput, without the value that was passed: it may contain a password */
export function parseServer(server: unknown): Address | CallerClient {
  if (typeof server === 'string') return parseUrl(server)
  if (typeof server !== 'object' || server === null) throw invalid(URL_OR_CLIENT)
  if (isNodeRedis(server)) return parseNodeRedis(server)
  // A cluster, a sentinel or a pool of `redis`.
  if ('isOpen' in server || 'totalClients' in server)
    throw invalid(
      'may be createClient() of redis; for Cluster and Sentinel pass a client of ioredis.',
    )
  if (!isClient(server)) throw invalid(URL_OR_CLIENT)
  // The driver would use database 0 in place of one that does not exist, and find other records.
  const { db, redisOptions } = server.options as DatabaseOptions
  if (!isDatabase(db ?? 0)) throw invalid('its option db must be a whole number of 0 or more.')
  if (server.isCluster && Number(redisOptions?.db ?? 0) !== 0)
    throw invalid('a cluster has database 0 alone: remove db from its redisOptions.')
  return server
}

function parseNodeRedis(client: NodeRedisLike): NodeRedisLike {
  const { keyPrefix = '', database = 0 } = client.options as NodeRedisOptions
  if (keyPrefix !== '')
    throw invalid(
      'has a keyPrefix, which redis does not put before the keys of scripts: remove it.',
    )
  if (!isDatabase(database))
    throw invalid('its option database must be a whole number of 0 or more.')
  return client
}

interface NodeRedisOptions {
  readonly keyPrefix?: unknown
  readonly database?: unknown
}

interface DatabaseOptions {
  readonly db?: unknown
  readonly redisOptions?: { readonly db?: unknown } | null
}

function isClient(value: object): value is RedisLike | ClusterLike {
  const { isCluster, options, duplicate } = value as Record<string, unknown>
  const hasOptions = typeof options === 'object' && options !== null
  return hasOptions && typeof isCluster === 'boolean' && typeof duplicate === 'function'
}

function isDatabase(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

function parseUrl(text: string): Address {
  if (!URL.canParse(text)) throw invalid(URL_OR_CLIENT)
  const { protocol, hostname, port, pathname, username, password, search, hash } = new URL(text)
  const isSecure = protocol === 'rediss:'
  if ((protocol !== 'redis:' && !isSecure) || hostname === '' || port === '0' || hash !== '')
    throw invalid(URL_OR_CLIENT)
  const [, path = ''] = /^\/?(\d{0,9})$/.exec(pathname) ?? [null, null]
  if (path === null)
    throw invalid('its path must be the number of a database, as in redis://host/0.')
  const [, family] = /^\?family=([046])$/.exec(search) ?? []
  if (search !== '' && family === undefined)
    throw invalid(
      'its query may be ?family=0, 4 or 6 alone; for other settings pass a Redis of ioredis, and %-encode a question mark that belongs to the password.',
    )
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? DEFAULT_PORT : Number(port),
    username: decode(username),
    password: decode(password),
    db: Number(path),
    ...(family !== undefined && { family: Number(family) }),
    ...(isSecure && { tls: {} }),
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw invalid(URL_OR_CLIENT)
  }
}

function invalid(message: string): InvalidInput {
  return new InvalidInput('server', message)
}
