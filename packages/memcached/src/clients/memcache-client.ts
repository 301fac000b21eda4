import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { InvalidInput } from '@tokenward/core/adapter'
import { normalAddress } from '../addresses.ts'
import { notInstalled } from '../faults.ts'
import type { Client, Item, Wire } from './client.ts'

/** What is used of a client of `memcache-client` 1.0.5. */
export interface MemcacheClientLike {
  readonly options: object
  /** Calls back with the socket to write to, and answers what the server says next. */
  xsend(write: (socket?: Socket) => void): Promise<unknown>
  shutdown(): void
}

/**
 * What a client of `memcache-client` must be made with: without it one waits minutes for a connection,
 * and a server that is busy for five seconds loses its connection.
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

/** One client for each server: several of one client it takes for copies of each other. */
export async function makeMemcacheClients(servers: readonly string[]): Promise<Client[]> {
  const { MemcacheClient } = await import('memcache-client').catch((error: unknown) => {
    throw notInstalled('memcache-client', error)
  })
  return servers.map((server) => {
    const client = new MemcacheClient({ server, ...MEMCACHE_CLIENT_SETTINGS })
    return clientOf(client, server, () => client.shutdown())
  })
}

/** @throws InvalidInput for what `memcache-client` reads otherwise: the host ends at the first colon */
export function assertMemcacheClientServers(servers: readonly string[]): void {
  if (servers.every((server) => server.split(':').length === 2)) return
  throw new InvalidInput('servers', 'has an IPv6 address: memcache-client knows names and IPv4.')
}

/** @throws InvalidInput for a client of several servers, or of several connections */
export function callerOwnedMemcacheClient(given: object): Client {
  const client = given as MemcacheClientLike
  if (typeof client.xsend !== 'function' || typeof client.shutdown !== 'function') {
    throw new InvalidInput('servers', 'has no client of memcache-client 1.0.5 or later.')
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

function clientOf(client: MemcacheClientLike, server: string, close?: () => void): Client {
  return { address: normalAddress(server), connect: (patience) => connect(client, patience), close }
}

/** The driver gives the socket to what writes to it: the answer to this first command is not used. */
async function connect(client: MemcacheClientLike, patience: AbortSignal): Promise<Wire> {
  for (;;) {
    const { promise, resolve, reject } = Promise.withResolvers<Socket>()
    const write = (socket?: Socket) => {
      if (!socket) throw new Error('No connection to Memcached')
      if (!socket.destroyed) socket.write('version\r\n')
      resolve(socket)
    }
    client.xsend(write).catch(reject)
    const socket = await promise
    if (!socket.destroyed) return new MemcacheClientWire(client, socket)
    // The driver does not know yet that it is closed.
    await pause(1, null, { signal: patience })
  }
}

interface Found {
  readonly value: string
  readonly casUniq?: string
}

class MemcacheClientWire implements Wire {
  readonly socket: Socket
  readonly #client: MemcacheClientLike

  constructor(client: MemcacheClientLike, socket: Socket) {
    this.#client = client
    this.socket = socket
  }

  async retrieve(request: string): Promise<Map<string, Item>> {
    const answer = await this.#ask(request)
    if (Array.isArray(answer)) throw noAnswer()
    return new Map(
      Object.entries(answer as Record<string, Found>).map(([key, { value, casUniq = '' }]) => {
        return [key, { value, cas: casUniq }]
      }),
    )
  }

  async store(request: string): Promise<boolean> {
    const answer = await this.#ask(request).catch(refusal)
    if (!Array.isArray(answer)) throw noAnswer()
    return answer[0] === 'STORED'
  }

  async stats(request: string): Promise<Map<string, string>> {
    const { STAT } = (await this.#ask(request)) as { STAT?: string[][] }
    if (!STAT) throw noAnswer()
    return new Map(STAT.map(([name = '', value = '']) => [name, value]))
  }

  /** Rejects when the driver has connected anew meanwhile: what was asked holds on this one alone. */
  async #ask(request: string): Promise<unknown> {
    return this.#client.xsend((socket) => {
      if (socket !== this.socket) throw new Error('The connection to Memcached was lost')
      this.socket.write(`${request}\r\n`)
    })
  }
}

const REFUSALS: readonly unknown[] = ['NOT_STORED', 'EXISTS', 'NOT_FOUND', 'SERVER_ERROR']

/** Answers of the server come as errors, with what it said. */
function refusal(error: unknown): unknown {
  const { cmdTokens } = Object(error) as { cmdTokens?: unknown[] }
  if (cmdTokens && REFUSALS.includes(cmdTokens[0])) return cmdTokens
  throw error
}

function noAnswer(): Error {
  return new Error('Memcached gave no answer that belongs to the question')
}
