import { InvalidInput } from '@tokenward/core/adapter'
import { DRIVERS, type Driver, parseServers } from './addresses.ts'
import type { Client } from './clients/client.ts'
import {
  assertMemcacheClientServers,
  callerOwnedMemcacheClient,
  type MemcacheClientLike,
  makeMemcacheClients,
} from './clients/memcache-client.ts'
import { callerOwnedMemcached, type MemcachedLike, makeMemcached } from './clients/memcached.ts'

/** A client that the caller has made and keeps. */
export type ClientLike = MemcachedLike | MemcacheClientLike
export type Servers = string | readonly string[] | ClientLike | readonly ClientLike[]

/** One client for each server, made when it is opened. */
export type ClientSource = () => Promise<Client[]>

/** @throws InvalidInput for addresses and clients that cannot work; nothing is connected yet */
export function clientSource(servers: unknown, driver: unknown): ClientSource {
  if (!isDriver(driver)) throw new InvalidInput('client', `must be one of ${DRIVERS.join(', ')}.`)
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

function isDriver(driver: unknown): driver is Driver {
  return DRIVERS.includes(driver as Driver)
}

function isClient(given: unknown): given is object {
  return typeof given === 'object' && given !== null
}

function callerOwned(client: object): Client | Client[] {
  if ('then' in client) throw new InvalidInput('servers', 'has a promise: await it first.')
  return 'xsend' in client ? callerOwnedMemcacheClient(client) : callerOwnedMemcached(client)
}

function assertDistinct(addresses: readonly string[]): void {
  if (addresses.length > 0 && new Set(addresses).size === addresses.length) return
  throw new InvalidInput('servers', 'must name each server once.')
}
