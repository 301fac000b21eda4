import { CALL_TIMEOUTS, CLUSTER_OPTIONS, NODE_OPTIONS, OPENING_TIMEOUTS } from './driver-options.ts'
import type { NodeRedisLike } from './node-redis.ts'

/** What this package uses of a connected client of `ioredis`. */
export interface ClientLike {
  readonly status: string
  readonly isCluster: boolean
  readonly options: object
  call(command: string, args: (string | number)[]): Promise<unknown>
  callBuffer(command: string, args: (string | number)[]): Promise<unknown>
  connect(): Promise<void>
  disconnect(reconnect?: boolean): void
  on(event: 'ready' | 'close' | 'end', listener: () => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  on(event: 'message', listener: (channel: string, message: string) => void): unknown
  /** Only a cluster has nodes. */
  on(event: '+node', listener: (node: ClientLike) => void): unknown
  once(event: 'close' | 'end', listener: () => void): unknown
  off(event: 'ready' | 'close', listener: () => void): unknown
  off(event: '+node', listener: (node: ClientLike) => void): unknown
  /** Absent in a cluster: each of its nodes has one. */
  readonly stream?: { readonly writable: boolean; cork(): void; uncork(): void }
  nodes?(role: 'master' | 'all'): readonly ClientLike[]
}

/** What this package uses of a caller-owned `Redis`: its settings, for a connection of the adapter. */
export interface RedisLike {
  readonly isCluster: boolean
  readonly options: object
  duplicate(override: object): ClientLike
}

/** What this package uses of a caller-owned `Cluster`. */
export interface ClusterLike {
  readonly isCluster: boolean
  readonly options: object
  duplicate(startupNodes: [], override: object): ClientLike
}

export type CallerClient = RedisLike | ClusterLike | NodeRedisLike

/** The parts of a URL, as the driver takes them. */
export interface Address {
  readonly host: string
  readonly port: number
  readonly username: string
  readonly password: string
  readonly db: number
  /** The version of IP: 4, 6, or 0 for both. */
  readonly family?: number
  readonly tls?: object
}

/** The arguments may be shared by several commands: the driver copies them. */
export type Command = readonly [name: string, args: readonly (string | number)[]]
export type Reply = PromiseSettledResult<unknown>

/**
 * What each driver does in its own way. It connects when it is first asked to, connects again by itself,
 * never sends a command twice, and gives up a connection that is silent: one that was lost without a reset
 * never reports it.
 */
export interface Connection {
  readonly isCluster: boolean
  /** Sentinels say which server is the primary, and promote another one. */
  readonly hasSentinels: boolean
  /** The name that the server knows this client by. */
  readonly user: string
  /** The driver puts it before each key. */
  readonly keyPrefix: string
  /** Resolves when the client is connected; rejects when the current attempt fails. */
  ready(): Promise<void>
  /** Sends all in one round trip. @param raw buffers in place of strings in the replies */
  send(commands: readonly Command[], raw: boolean): Promise<readonly Reply[]>
  /** As `send()`, to each primary of a cluster. */
  sendToAll(commands: readonly Command[]): Promise<readonly (readonly Reply[])[]>
  /** Lasts until `disconnect()`, also where the connection breaks in between. */
  subscribe(channel: string, onMessage: (message: string) => void): Promise<void>
  /** Opening is over: from then on a silent connection is given up soon. */
  endOpening(): void
  disconnect(): Promise<void>
}

/** Makes a client for an address, or with the settings of a caller-owned client. It connects later. */
export async function makeClient(server: Address | RedisLike | ClusterLike): Promise<ClientLike> {
  const template = isAddress(server) ? await fromAddress(server) : server
  return template.isCluster
    ? (template as ClusterLike).duplicate([], CLUSTER_OPTIONS)
    : (template as RedisLike).duplicate(NODE_OPTIONS)
}

/** Makes a client for the cluster that has a node at this address. */
export async function makeCluster({ host, port, db: _, ...login }: Address): Promise<ClientLike> {
  const { Cluster } = await import('ioredis')
  return makeClient(new Cluster([{ host, port }], { lazyConnect: true, redisOptions: login }))
}

async function fromAddress(address: Address): Promise<RedisLike> {
  const { Redis } = await import('ioredis')
  return new Redis({ ...address, lazyConnect: true })
}

export function isAddress<T extends object>(server: Address | T): server is Address {
  return !('duplicate' in server)
}

/**
 * Gives a client that is not connected yet the time-outs of `open()`: a healthy server on a busy
 * machine answers late. The driver reads its options at each use.
 * @returns sets the time-outs of calls
 */
export function allowSlowOpening(client: ClientLike): () => void {
  const allow = (node: ClientLike) => void Object.assign(node.options, OPENING_TIMEOUTS)
  allow(client)
  client.on('+node', allow)
  return () => {
    client.off('+node', allow)
    for (const each of [client, ...(client.nodes?.('all') ?? [])]) {
      Object.assign(each.options, CALL_TIMEOUTS)
    }
  }
}

/** Sends the commands together: in one write to the server, or to each primary of a cluster. */
export function sendTogether(
  client: ClientLike,
  commands: readonly Command[],
  call: 'call' | 'callBuffer' = 'call',
): Promise<Reply[]> {
  const streams = (client.nodes?.('master') ?? [client]).map(({ stream }) => stream)
  for (const stream of streams) stream?.cork()
  const replies = commands.map(([name, args]) => client[call](name, args as (string | number)[]))
  for (const stream of streams) stream?.uncork()
  return Promise.allSettled(replies)
}

/** @throws the error that the command failed with */
export function resultOf(reply: Reply | undefined): unknown {
  if (reply?.status === 'fulfilled') return reply.value
  throw reply?.reason ?? new Error('Redis: a reply is missing')
}

/** One error makes all of them doubtful: no answer may be made from the rest. */
export function resultsOf(replies: readonly Reply[]): readonly unknown[] {
  return replies.map(resultOf)
}

/** True where the key holds a list, a hash or another value that is not a string. */
export function hasWrongType(reply: Reply): boolean {
  return reply.status === 'rejected' && String(reply.reason?.message).startsWith('WRONGTYPE')
}
