import { assertUrl } from './faults.ts'

/** What is used of a connected client of `ioredis`. */
export interface ClientLike {
  readonly status: string
  readonly isCluster: boolean
  readonly options: object
  call(command: string, args: (string | number)[]): Promise<unknown>
  callBuffer(command: string, args: (string | number)[]): Promise<unknown>
  connect(): Promise<void>
  disconnect(): void
  on(event: 'ready' | 'close' | 'end', listener: () => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  on(event: 'message', listener: (channel: string, message: string) => void): unknown
  once(event: 'close' | 'end', listener: () => void): unknown
  off(event: 'ready' | 'close', listener: () => void): unknown
  /** A cluster has none of its own. */
  readonly stream?: { readonly writable: boolean; cork(): void; uncork(): void }
  /** Only a cluster has them. */
  nodes?(role: 'master'): readonly ClientLike[]
}

/** What is used of a `Redis` that the caller lends: its settings, for a connection of our own. */
export interface RedisLike {
  readonly isCluster: boolean
  duplicate(override: object): ClientLike
}

/** What is used of a `Cluster` that the caller lends. */
export interface ClusterLike {
  readonly isCluster: boolean
  duplicate(startupNodes: [], override: object): ClientLike
}

export type Lent = RedisLike | ClusterLike

/** ms */
const soon = (times: number): number => Math.min(times * 25, 250)

/**
 * No call is repeated, or kept for later, by the driver: what was applied once would be answered as
 * refused when it comes again. It connects again at once and for ever, and gives a connection up
 * that says nothing for longer than a deadline: on one that is lost, no reset ever comes. In ms.
 */
const NODE = {
  lazyConnect: true,
  connectTimeout: 3_000,
  socketTimeout: 3_000,
  disconnectTimeout: 250,
  commandTimeout: undefined,
  retryStrategy: soon,
  sentinelRetryStrategy: soon,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  enableOfflineQueue: false,
  enableAutoPipelining: false,
  // A primary that was deposed: its address leads to the new one, or the Sentinels know it.
  reconnectOnError: ({ message }: Error): boolean => message.startsWith('READONLY'),
  enableReadyCheck: true,
  maxLoadingRetryTime: 250,
  role: 'master',
  readOnly: false,
  monitor: false,
  replyMapping: 'legacy',
  himportFieldsets: undefined,
  connectionName: 'tokenward',
  disableClientInfo: true,
}

/** MOVED and ASK are followed: the node that answers so has done nothing. */
const CLUSTER = {
  lazyConnect: true,
  redisOptions: NODE,
  scaleReads: 'master',
  clusterRetryStrategy: soon,
  clusterNodeRetryStrategy: null,
  slotsRefreshTimeout: 3_000,
  retryDelayOnFailover: 0,
  retryDelayOnClusterDown: 0,
  // Behind a `natMap` the driver files a moved slot under a name that leads nowhere and then asks any
  // node, until it has fetched the map of slots anew: it gets the time for that. In ms.
  retryDelayOnMoved: 10,
  maxRedirections: 16,
  // Only until a node is connected that is connecting already; a call that was cut is not in it.
  enableOfflineQueue: true,
  enableAutoPipelining: false,
  enableReadyCheck: true,
  himportFieldsets: undefined,
}

/** A client of our own, not connected yet: to where a URL or a client of the caller leads. */
export async function makeClient(server: string | Lent): Promise<ClientLike> {
  const lent = typeof server === 'string' ? await fromUrl(server) : server
  return lent.isCluster
    ? (lent as ClusterLike).duplicate([], CLUSTER)
    : (lent as RedisLike).duplicate(NODE)
}

/** To the cluster of which the URL names a node. */
export async function makeCluster(url: string): Promise<ClientLike> {
  const { Cluster } = await import('ioredis')
  const { host, port, username, password, tls } = (await fromUrl(url)).options
  const template = new Cluster([{ host: host ?? 'localhost', port: port ?? 6379 }], {
    lazyConnect: true,
    redisOptions: { username, password, ...(tls && { tls }) },
  })
  return makeClient(template)
}

async function fromUrl(url: string) {
  assertUrl(url)
  const { Redis } = await import('ioredis')
  return new Redis(url, { lazyConnect: true })
}
