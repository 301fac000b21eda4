/** What is used of a connected client of `ioredis`. */
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
  /** A cluster has none of its own. */
  readonly stream?: { readonly writable: boolean; cork(): void; uncork(): void }
  nodes?(role: 'master' | 'all'): readonly ClientLike[]
}

/** What is used of a `Redis` that the caller lends: its settings, for a connection of our own. */
export interface RedisLike {
  readonly isCluster: boolean
  readonly options: object
  duplicate(override: object): ClientLike
}

/** What is used of a `Cluster` that the caller lends. */
export interface ClusterLike {
  readonly isCluster: boolean
  readonly options: object
  duplicate(startupNodes: [], override: object): ClientLike
}

export type Lent = RedisLike | ClusterLike

/** What a URL says, as the driver takes it. */
export interface Address {
  readonly host: string
  readonly port: number
  readonly username: string
  readonly password: string
  readonly db: number
  readonly session?: number
  readonly tls?: object
}
