import { InvalidInput } from '@tokenward/core'
import { DRIVERS, type Driver, parseServers } from './addresses.ts'
import type { Client } from './clients/client.ts'
import {
  lentMemcacheClient,
  type MemcacheClientLike,
  makeMemcacheClients,
} from './clients/memcache-client.ts'
import { lentMemcached, type MemcachedLike, makeMemcached } from './clients/memcached.ts'

/** A client that the caller lends. */
export type ClientLike = MemcachedLike | MemcacheClientLike
export type Servers = string | readonly string[] | ClientLike | readonly ClientLike[]

/** One for each server. @throws InvalidInput */
export async function clientsFor(servers: Servers, driver: Driver): Promise<Client[]> {
  const given: readonly unknown[] = [servers].flat()
  if (given.length > 0 && given.every(isClient)) return given.flatMap(lend)
  const addresses = parseServers(given)
  if (driver === 'memcached') return makeMemcached(addresses)
  if (driver === 'memcache-client') return makeMemcacheClients(addresses)
  throw new InvalidInput('client', `must be one of ${DRIVERS.join(', ')}.`)
}

function isClient(given: unknown): given is ClientLike {
  return typeof given === 'object' && given !== null
}

function lend(client: ClientLike): Client | Client[] {
  return 'xsend' in client ? lentMemcacheClient(client) : lentMemcached(client)
}
