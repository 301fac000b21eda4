import type { EventEmitter } from 'node:events'
import { MemcacheClient } from 'memcache-client'
import Memcached from 'memcached'
import {
  type ClientLike,
  type Driver,
  MEMCACHE_CLIENT_SETTINGS,
  MEMCACHED_SETTINGS,
} from '../src/index.ts'

/** A client that an application made. */
export interface CallerClient {
  readonly client: ClientLike & EventEmitter
  /** Rejects when the client does not work. */
  use(): Promise<unknown>
  /** The value of a key of the application. */
  get(key: string): Promise<unknown>
  end(): Promise<void>
}

export function callerClient(url: string, driver: Driver): CallerClient {
  const { host } = new URL(url)
  return driver === 'memcached' ? memcachedClient(host) : memcacheClient(host)
}

function memcachedClient(server: string): CallerClient {
  const client = new Memcached(server, MEMCACHED_SETTINGS)
  const get = (key: string) =>
    new Promise((resolve, reject) => {
      client.get(key, (error, value) => (error ? reject(error) : resolve(value)))
    })
  return { client, get, use: () => get('nothing'), end: async () => client.end() }
}

function memcacheClient(server: string): CallerClient {
  const client = new MemcacheClient({ server, ...MEMCACHE_CLIENT_SETTINGS })
  const get = async (key: string) => {
    const found = await client.get(key)
    return found?.value
  }
  return { client, get, use: () => get('nothing'), end: async () => client.shutdown() }
}
