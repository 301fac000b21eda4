import { setTimeout as pause } from 'node:timers/promises'
import { InvalidInput } from '@tokenward/core/adapter'
import { normalAddress } from '../addresses.ts'
import { notInstalled } from '../faults.ts'
import type { Client } from './client.ts'
import { type Internals, type MemcachedSocket, MemcachedWire } from './memcached-wire.ts'

/** By what a client of `memcached` 2.2.2 is known, as its types tell. */
export interface MemcachedLike {
  getMulti(
    keys: string[],
    callback: (error: unknown, values: Record<string, unknown>) => void,
  ): void
  end(): void
}

/**
 * What a client of `memcached` must be made with. Otherwise it locks a server out for seconds to hours
 * after an error, asks a program named `ping` whether it is back (which ends the process on a machine
 * without one), and waits up to minutes for a connection.
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
  // The ping comes after so many; Infinity would become null on the way.
  failures: Number.MAX_SAFE_INTEGER,
  failuresTimeout: 1_000,
  retry: 1,
  retries: 0,
  timeout: 4_000,
  idle: 60_000,
  remove: false,
}

/** One client for all: each server has connections of its own there. */
export async function makeMemcached(servers: readonly string[]): Promise<Client[]> {
  const { default: Memcached } = await import('memcached').catch((error: unknown) => {
    throw notInstalled('memcached', error)
  })
  const client = new Memcached([...servers], MEMCACHED_SETTINGS) as unknown as Internals
  return clientsOf(client, () => client.end())
}

/** @throws InvalidInput for settings that hang, lock out, or end the process */
export function callerOwnedMemcached(given: object): Client[] {
  const client = given as MemcachedLike & Internals
  const { connect: dial, getMulti } = client
  const isMemcached = typeof dial === 'function' && typeof getMulti === 'function'
  if (!isMemcached || !Array.isArray(client.servers)) {
    throw new InvalidInput(
      'servers',
      'has no client of memcached 2.2.2 or memcache-client: other clients are not supported.',
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

function clientsOf(client: Internals, end?: () => void): Client[] {
  let isClosed = false
  const close =
    end &&
    (() => {
      isClosed = true
      end()
    })
  return client.servers.map((server) => ({
    address: normalAddress(server),
    async connect(patience) {
      const socket = await connect(client, server, patience)
      // It was connecting while it was closed, and nobody would ever end it.
      if (isClosed) socket.destroy()
      return new MemcachedWire(client, socket)
    },
    close,
  }))
}

async function connect(
  client: Internals,
  server: string,
  patience: AbortSignal,
): Promise<MemcachedSocket> {
  for (;;) {
    const { promise, resolve, reject } = Promise.withResolvers<MemcachedSocket | null>()
    client.connect(server, (error, socket) => {
      if (error) reject(error)
      else resolve(socket && socket.readyState === 'open' ? socket : null)
    })
    const socket = await promise
    if (socket) return socket
    // Locked out after an error, or handed out while it ends.
    await pause(MEMCACHED_SETTINGS.retry, null, { signal: patience })
  }
}
