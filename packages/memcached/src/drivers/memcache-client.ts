import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { InvalidInput } from '@tokenward/core/adapter'
import { type DriverClient, ITEMS, type Protocol, withPort } from '../driver.ts'
import { notInstalled, unexpectedReply } from '../errors.ts'

/** What this package uses of a client of `memcache-client` 1.0.5. */
export interface MemcacheClientLike {
  readonly options: object
  /** Calls back with the socket to write to, and resolves with the next reply. */
  xsend(write: (socket?: Socket) => void): Promise<unknown>
  shutdown(): void
}

/**
 * The options that a client of `memcache-client` needs, in ms. Without them it waits minutes for a
 * connection, and closes the connection of a server that is busy for five seconds.
 * @example new MemcacheClient({ server: 'localhost:11211', ...MEMCACHE_CLIENT_SETTINGS })
 */
export const MEMCACHE_CLIENT_SETTINGS: Readonly<{
  connectTimeout: number
  cmdTimeout: number
  noDelay: boolean
}> = {
  connectTimeout: 4_000,
  cmdTimeout: 60_000,
  noDelay: true,
}

/** One client for each server: the driver treats several servers of one client as copies. */
export async function makeMemcacheClients(servers: readonly string[]): Promise<DriverClient[]> {
  const { MemcacheClient } = await import('memcache-client').catch((error: unknown) => {
    throw notInstalled('memcache-client', error)
  })
  return servers.map((server) => {
    const client = new MemcacheClient({ server, ...MEMCACHE_CLIENT_SETTINGS })
    return clientOf(client, server, () => client.shutdown())
  })
}

/** @throws InvalidInput for an IPv6 address: to `memcache-client` the host ends at the first colon */
export function assertMemcacheClientServers(servers: readonly string[]): void {
  if (servers.every((server) => server.split(':').length === 2)) return
  throw new InvalidInput('servers', 'has an IPv6 address: memcache-client knows names and IPv4.')
}

/** @throws InvalidInput for a client of several servers, or of several connections */
export function callerOwnedMemcacheClient(given: object): DriverClient {
  const client = given as MemcacheClientLike
  if (typeof client.xsend !== 'function' || typeof client.shutdown !== 'function') {
    throw new InvalidInput('servers', 'must be a client of memcache-client 1.0.5 or later.')
  }
  const { server, connectTimeout } = Object(client.options) as Record<string, unknown>
  const { address, connections } = serverOf(server)
  if (address === null || connections !== 1) {
    throw new InvalidInput(
      'servers',
      'has a client of memcache-client with several servers or connections: give one client for each server, with maxConnections 1.',
    )
  }
  if (!(Number(connectTimeout) > 0 && Number(connectTimeout) <= 5_000)) {
    throw new InvalidInput(
      'servers',
      "has a client whose 'connectTimeout' is not from 1 to 5000: new MemcacheClient({ server, ...MEMCACHE_CLIENT_SETTINGS }).",
    )
  }
  return clientOf(client, address)
}

function serverOf(server: unknown): { address: string | null; connections: number } {
  if (typeof server === 'string') return { address: server, connections: 1 }
  const { server: address, maxConnections = 1 } = Object(server)
  return { address: typeof address === 'string' ? address : null, connections: maxConnections }
}

function clientOf(client: MemcacheClientLike, server: string, close?: () => void): DriverClient {
  return { address: withPort(server), connect: (signal) => connect(client, signal), close }
}

/** The driver passes the socket to the writer of a command: the reply to this first one is not used. */
async function connect(client: MemcacheClientLike, signal: AbortSignal): Promise<Protocol> {
  for (;;) {
    const { promise, resolve, reject } = Promise.withResolvers<Socket>()
    const write = (socket?: Socket) => {
      if (!socket) throw new Error('Memcached: no connection')
      if (!socket.destroyed) socket.write('version\r\n')
      resolve(socket)
    }
    client.xsend(write).catch(reject)
    const socket = await promise
    if (!socket.destroyed) return new MemcacheClientProtocol(client, socket)
    // The driver has not noticed yet that it is closed.
    await pause(1, null, { signal })
  }
}

interface Found {
  readonly value: unknown
}

class MemcacheClientProtocol implements Protocol {
  readonly socket: Socket
  readonly #client: MemcacheClientLike

  constructor(client: MemcacheClientLike, socket: Socket) {
    this.#client = client
    this.socket = socket
  }

  async gets(request: string): Promise<string | null> {
    const reply = await this.#send(request)
    const entries = Object.entries(reply as Record<string, Found>)
    if (entries.length === 0 && !Array.isArray(reply)) return null
    const [[key, { value }] = ['', { value: null }]] = entries
    if (key !== ITEMS || typeof value !== 'string') throw unexpectedReply()
    return value
  }

  async store(request: string): Promise<boolean> {
    const reply = await this.#send(request).catch(refusal)
    if (!Array.isArray(reply)) throw unexpectedReply()
    return reply[0] === 'STORED'
  }

  async stats(request: string): Promise<Map<string, string>> {
    const { STAT } = (await this.#send(request)) as { STAT?: string[][] }
    if (!STAT) throw unexpectedReply()
    return new Map(STAT.map(([name = '', value = '']) => [name, value]))
  }

  /** Rejects when the driver has reconnected: the request is valid on this connection only. */
  async #send(request: string): Promise<unknown> {
    return this.#client.xsend((socket) => {
      if (socket !== this.socket) throw new Error('Memcached: the connection was lost')
      this.socket.write(`${request}\r\n`)
    })
  }
}

const REFUSALS: readonly unknown[] = ['NOT_STORED', 'EXISTS', 'NOT_FOUND', 'SERVER_ERROR']

/** The driver turns these replies of the server into errors. */
function refusal(error: unknown): unknown {
  const { cmdTokens } = Object(error) as { cmdTokens?: unknown[] }
  if (cmdTokens && REFUSALS.includes(cmdTokens[0])) return cmdTokens
  throw error
}
