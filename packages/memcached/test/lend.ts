import type { EventEmitter } from 'node:events'
import { MemcacheClient } from 'memcache-client'
import Memcached from 'memcached'
import {
  type ClientLike,
  type Driver,
  MEMCACHE_CLIENT_SETTINGS,
  MEMCACHED_SETTINGS,
} from '../src/index.ts'

/** A client as an application has it. */
export interface Lent {
  readonly client: ClientLike & EventEmitter
  /** Rejects when it does not work any more. */
  use(): Promise<unknown>
  end(): Promise<void>
}

export function lend(url: string, driver: Driver): Lent {
  const { host } = new URL(url)
  return driver === 'memcached' ? lendMemcached(host) : lendMemcacheClient(host)
}

function lendMemcached(server: string): Lent {
  const client = new Memcached(server, MEMCACHED_SETTINGS)
  return {
    client,
    use: () =>
      new Promise((resolve, reject) => {
        client.get('nothing', (error, value) => (error ? reject(error) : resolve(value)))
      }),
    end: async () => client.end(),
  }
}

function lendMemcacheClient(server: string): Lent {
  const client = new MemcacheClient({ server, ...MEMCACHE_CLIENT_SETTINGS })
  return { client, use: () => client.get('nothing'), end: async () => client.shutdown() }
}
