import {
  InvalidInput,
  parseName,
  parseNamespace,
  parseObject,
  parseOneOf,
} from '@tokenward/core/adapter'
import { DEFAULT_PORT, DRIVERS, type Driver, type DriverClient } from './driver.ts'
import {
  assertMemcacheClientServers,
  callerOwnedMemcacheClient,
  makeMemcacheClients,
} from './drivers/memcache-client.ts'
import { callerOwnedMemcached, makeMemcached } from './drivers/memcached.ts'

/** Makes a client for each server, in `open()`. */
export type ClientSource = () => Promise<readonly DriverClient[]>

export interface ParsedOptions {
  readonly namespace: string
  readonly driver: Driver
  readonly ring: string | undefined
}

/** @throws InvalidInput with the name of the option */
export function parseOptions(options: unknown = {}): ParsedOptions {
  const names = ['namespace', 'client', 'ring'] as const
  const { namespace, client = 'memcached', ring } = parseObject('options', options, names)
  return {
    namespace: parseNamespace(namespace),
    driver: parseOneOf('client', client, DRIVERS),
    ring: ring === undefined ? undefined : parseName('ring', ring),
  }
}

/**
 * Connects to nothing yet.
 * @param servers URLs or caller-owned clients
 * @throws InvalidInput for addresses and clients that cannot work
 */
export function clientSource(servers: unknown, driver: Driver): ClientSource {
  const given: readonly unknown[] = [servers].flat()
  if (given.length > 0 && given.every(isClient)) {
    const clients = given.flatMap(callerOwned)
    assertDistinct(clients.map(({ address }) => address))
    return async () => clients
  }
  const addresses = parseServers(given)
  assertDistinct(addresses)
  if (driver === 'memcached') return () => makeMemcached(addresses)
  assertMemcacheClientServers(addresses)
  return () => makeMemcacheClients(addresses)
}

function isClient(given: unknown): given is object {
  return typeof given === 'object' && given !== null
}

function callerOwned(client: object): DriverClient | DriverClient[] {
  if ('then' in client) throw new InvalidInput('servers', 'has a promise: await it first.')
  return 'xsend' in client ? callerOwnedMemcacheClient(client) : callerOwnedMemcached(client)
}

function assertDistinct(addresses: readonly string[]): void {
  if (addresses.length > 0 && new Set(addresses).size === addresses.length) return
  throw new InvalidInput('servers', 'must name each server once.')
}

const SCHEME = /^memcached:\/\//
const SERVER = /^(?:\[([0-9a-f:]+)\]|([a-z0-9._-]+))(?::(\d{1,5}))?\/?$/i

/** @returns `host:port` of each server @throws InvalidInput, without the URLs */
export function parseServers(urls: readonly unknown[]): string[] {
  return urls.flatMap(serversOf).map(parseServer)
}

function serversOf(url: unknown): string[] {
  if (typeof url === 'string') return url.replace(SCHEME, '').split(',')
  if (url !== undefined) throw invalidServers()
  throw new InvalidInput('servers', 'is undefined: is the environment variable set?')
}

function parseServer(server: string): string {
  const [, ipv6, name, port = DEFAULT_PORT] = SERVER.exec(server) ?? []
  const host = ipv6 ?? name
  if (host !== undefined && Number(port) > 0 && Number(port) < 65_536) return `${host}:${port}`
  throw invalidServers()
}

function invalidServers(): InvalidInput {
  return new InvalidInput(
    'servers',
    'must be memcached://host:11211, several separated by commas, or clients of memcached or memcache-client. There is no user and no password: Memcached has none.',
  )
}
