import { InvalidInput } from '@tokenward/core/adapter'

/** The drivers that a URL can name. */
export const DRIVERS = ['memcached', 'memcache-client'] as const
export type Driver = (typeof DRIVERS)[number]

const PORT = '11211'
const SCHEME = /^memcached:\/\//
const SERVER = /^(?:\[([0-9a-f:]+)\]|([a-z0-9._-]+))(?::(\d{1,5}))?\/?$/i

/** @returns `host:port` of each server @throws InvalidInput that does not repeat what was given */
export function parseServers(urls: readonly unknown[]): string[] {
  return urls.flatMap(serversOf).map(parseServer)
}

function serversOf(url: unknown): string[] {
  if (typeof url === 'string') return url.replace(SCHEME, '').split(',')
  if (url !== undefined) throw unusable()
  throw new InvalidInput('servers', 'is undefined: is the environment variable set?')
}

function parseServer(server: string): string {
  const [, ipv6, name, port = PORT] = SERVER.exec(server) ?? []
  const host = ipv6 ?? name
  if (host !== undefined && Number(port) > 0 && Number(port) < 65_536) return `${host}:${port}`
  throw unusable()
}

function unusable(): InvalidInput {
  return new InvalidInput(
    'servers',
    'must be memcached://host:11211, several separated by commas, or clients of memcached or memcache-client. There is no user and no password: Memcached knows none.',
  )
}

/** A server's address in the one way that rings are compared by. */
export function normalAddress(server: string): string {
  return /:\d+$/.test(server) ? server : `${server}:${PORT}`
}
