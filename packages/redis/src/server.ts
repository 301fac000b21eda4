import { InvalidInput } from '@tokenward/core/adapter'
import type { Address, Lent } from './ioredis.ts'

const PORT = 6379
const URL_OR_CLIENT =
  'must be a URL as redis://user:password@host:6379/0, with special characters %-encoded, or a Redis or Cluster of ioredis.'

/** @throws InvalidInput that does not repeat what was passed: there may be a password in it */
export function parseServer(server: unknown): Address | Lent {
  if (typeof server === 'string') return parseUrl(server)
  if (!isClient(server)) throw invalid(URL_OR_CLIENT)
  // A database that does not exist would be served as database 0, which is another world.
  const { db, redisOptions } = server.options as Options
  if (!isDatabase(db ?? 0)) throw invalid('its option db must be a whole number of 0 or more.')
  if (server.isCluster && Number(redisOptions?.db ?? 0) !== 0)
    throw invalid('a cluster has database 0 alone: remove db from its redisOptions.')
  return server
}

export function isAddress(server: Address | Lent): server is Address {
  return !('duplicate' in server)
}

interface Options {
  readonly db?: unknown
  readonly redisOptions?: { readonly db?: unknown } | null
}

function isClient(value: unknown): value is Lent {
  if (typeof value !== 'object' || value === null) return false
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
  const [, session] = /^\?session=([046])$/.exec(search) ?? []
  if (search !== '' && session === undefined)
    throw invalid(
      'its query may be ?session=0, 4 or 6 alone; for other settings pass a Redis of ioredis, and %-encode a question mark that belongs to the password.',
    )
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? PORT : Number(port),
    username: decoded(username),
    password: decoded(password),
    db: Number(path),
    ...(session !== undefined && { session: Number(session) }),
    ...(isSecure && { tls: {} }),
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw invalid(URL_OR_CLIENT)
  }
}

function invalid(message: string): InvalidInput {
  return new InvalidInput('server', message)
}
