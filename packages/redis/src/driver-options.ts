/** The longest that `open()`, `watch()` and `migrate()` take; core ends `open()` sooner by `close()`. */
export const OPEN_TIMEOUT_MS = 60_000

type Timeouts = Readonly<Record<'connectTimeout' | 'socketTimeout' | 'slotsRefreshTimeout', number>>

/**
 * In ms. A connection that is silent for longer than a deadline is given up, so that the next calls
 * have another one within 5 s: a connection that was lost without a reset never reports it.
 */
export const CALL_TIMEOUTS: Timeouts = {
  connectTimeout: 3_000,
  socketTimeout: 3_000,
  slotsRefreshTimeout: 3_000,
}

export const OPENING_TIMEOUTS: Timeouts = {
  connectTimeout: OPEN_TIMEOUT_MS,
  socketTimeout: OPEN_TIMEOUT_MS,
  slotsRefreshTimeout: OPEN_TIMEOUT_MS,
}

export const retryDelayMs = (attempt: number): number => Math.min(attempt * 25, 250)

/**
 * The driver neither repeats a call nor queues it: a write that was applied once would come back as
 * refused when it is sent again. It reconnects at once, and never stops trying. Times in ms.
 */
export const NODE_OPTIONS: object = {
  lazyConnect: true,
  connectTimeout: CALL_TIMEOUTS.connectTimeout,
  socketTimeout: CALL_TIMEOUTS.socketTimeout,
  disconnectTimeout: 250,
  commandTimeout: undefined,
  retryStrategy: retryDelayMs,
  sentinelRetryStrategy: retryDelayMs,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  enableOfflineQueue: false,
  enableAutoPipelining: false,
  // The primary was demoted: its address leads to the new one, or the Sentinels know it.
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

/** MOVED and ASK are followed: the node that replies so has done nothing. */
export const CLUSTER_OPTIONS: object = {
  lazyConnect: true,
  redisOptions: NODE_OPTIONS,
  scaleReads: 'master',
  clusterRetryStrategy: retryDelayMs,
  clusterNodeRetryStrategy: null,
  slotsRefreshTimeout: CALL_TIMEOUTS.slotsRefreshTimeout,
  retryDelayOnFailover: 0,
  retryDelayOnClusterDown: 0,
  // Behind a `natMap` the driver files a moved slot under a name that leads nowhere, and then asks any
  // node until it has fetched the map of slots again. This delay gives it the time for that.
  retryDelayOnMoved: 10,
  maxRedirections: 16,
  // Commands wait only for a node that is connecting already. An aborted call is not in the queue.
  enableOfflineQueue: true,
  enableAutoPipelining: false,
  enableReadyCheck: true,
  himportFieldsets: undefined,
}
