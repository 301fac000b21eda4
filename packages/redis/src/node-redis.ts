/** What this package uses of a client of `redis` that it made. */
export interface NodeRedisClient {
  readonly isReady: boolean
  connect(): Promise<unknown>
  destroy(): void
  sendCommand(args: string[], options?: object): Promise<unknown>
  subscribe(channel: string, listener: (message: string) => void): Promise<void>
  on(event: 'ready' | 'reconnecting', listener: () => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
}

/** What this package uses of a caller-owned client of `redis`: its settings, for a connection of the adapter. */
export interface NodeRedisLike {
  readonly isOpen: boolean
  readonly options: object
  duplicate(override: object): NodeRedisClient
}

/** By that: a client of `ioredis` has a `status`, a cluster and a pool of `redis` have no `socketEpoch`. */
export function isNodeRedis(client: object): client is NodeRedisLike {
  return 'isOpen' in client && 'socketEpoch' in client
}
