import { setTimeout as pause } from 'node:timers/promises'
import { InvalidInput } from '@tokenward/core/adapter'
import { type DriverClient, withPort } from '../driver.ts'
import { notInstalled } from '../errors.ts'
import { type Internals, MemcachedProtocol, type MemcachedSocket } from './memcached-protocol.ts'

/** What identifies a client of `memcached` 2.2.2, by its types. */
export interface MemcachedLike {
  getMulti(
    keys: string[],
    callback: (error: unknown, values: Record<string, unknown>) => void,
  ): void
  end(): void
}

/**
 * The options that a client of `memcached` needs, times in ms. Without them it locks a server out for
 * seconds to hours after an error, runs a program named `ping` to find out whether it is back (which ends
 * the process on a machine without one), and waits minutes for a connection.
 * @example new Memcached('localhost:11211', MEMCACHED_SETTINGS)
 */
export const MEMCACHED_SETTINGS: Readonly<{
  failures: number
  failuresTimeout: number
  retry: number
  retries: number
  timeout: number
  idle: number
  remove: boolean
}> = {
  // It runs `ping` after so many failures; it would turn Infinity into null.
  failures: Number.MAX_SAFE_INTEGER,
  failuresTimeout: 1_000,
  retry: 1,
  retries: 0,
  timeout: 4_000,
  idle: 60_000,
  remove: false,
}

/** One client for all servers: it has separate connections to each. */
export async function makeMemcached(servers: readonly string[]): Promise<DriverClient[]> {
  const { default: Memcached } = await import('memcached').catch((error: unknown) => {
    throw notInstalled('memcached', error)
  })
  const client = new Memcached([...servers], MEMCACHED_SETTINGS) as unknown as Internals
  return clientsOf(client, () => client.end())
}

/** @throws InvalidInput for another client, or other options than {@link MEMCACHED_SETTINGS} */
export function callerOwnedMemcached(given: object): DriverClient[] {
  const client = given as MemcachedLike & Internals
  const hasMethods = typeof client.connect === 'function' && typeof client.getMulti === 'function'
  if (!hasMethods || !Array.isArray(client.servers)) {
    throw new InvalidInput(
      'servers',
      'must be a client of memcached 2.2.2 or memcache-client: other clients are not supported.',
    )
  }
  for (const [name, value] of Object.entries(MEMCACHED_SETTINGS)) {
    if (Reflect.get(client, name) === value || name === 'idle') continue
    throw new InvalidInput(
      'servers',
      `has a client whose '${name}' is not ${value}: new Memcached(servers, MEMCACHED_SETTINGS).`,
    )
  }
  return clientsOf(client)
}

function clientsOf(client: Internals, end?: () => void): DriverClient[] {
  let isClosed = false
  const close =
    end &&
    (() => {
      isClosed = true
      end()
    })
  return client.servers.map((server) => ({
    address: withPort(server),
    async connect(signal) {
      const socket = await connect(client, server, signal)
      // It connected while the client was closed, which did not end it.
      if (isClosed) socket.destroy()
      return new MemcachedProtocol(client, socket)
    },
    close,
  }))
}

async function connect(
  client: Internals,
  server: string,
  signal: AbortSignal,
): Promise<MemcachedSocket> {
  for (;;) {
    const { promise, resolve, reject } = Promise.withResolvers<MemcachedSocket | null>()
    client.connect(server, (error, socket) => {
      if (error) reject(error)
      else resolve(socket && socket.readyState === 'open' ? socket : null)
    })
    const socket = await promise
    if (socket) return socket
    // The server is locked out after an error, or the socket is ending.
    await pause(MEMCACHED_SETTINGS.retry, null, { signal })
  }
}
