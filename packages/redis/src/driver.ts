import type { Address, ClientLike, ClusterLike, Lent, RedisLike } from './ioredis.ts'
import { RUNNING } from './limits.ts'
import { isAddress } from './server.ts'

/** ms */
const soon = (times: number): number => Math.min(times * 25, 250)

/**
 * No call is repeated, or kept for later, by the driver: what was applied once would be answered as
 * refused when it comes again. It connects again at once and for ever. In ms.
 */
const NODE = {
  lazyConnect: true,
  connectTimeout: RUNNING.connectTimeout,
  socketTimeout: RUNNING.socketTimeout,
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
  slotsRefreshTimeout: RUNNING.slotsRefreshTimeout,
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

/** A client of our own, not connected yet: to an address, or to where a client of the caller leads. */
export async function makeClient(server: Address | Lent): Promise<ClientLike> {
  const lent = isAddress(server) ? await fromAddress(server) : server
  return lent.isCluster
    ? (lent as ClusterLike).duplicate([], CLUSTER)
    : (lent as RedisLike).duplicate(NODE)
}

/** To the cluster of which the address is a node. */
export async function makeCluster({ host, port, db: _, ...login }: Address): Promise<ClientLike> {
  const { Cluster } = await import('ioredis')
  return makeClient(new Cluster([{ host, port }], { lazyConnect: true, redisOptions: login }))
}

async function fromAddress(address: Address) {
  const { Redis } = await import('ioredis')
  return new Redis({ ...address, lazyConnect: true })
}
