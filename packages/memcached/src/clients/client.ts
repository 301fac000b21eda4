import type { Socket } from 'node:net'

/** What a driver does for one server; the rest is the same for all drivers. */
export interface Client {
  /** `host:port` */
  readonly address: string
  /** Over a new socket, or an open one that the driver has. */
  connect(patience: AbortSignal): Promise<Wire>
  /** Ends what we made; absent for a client that was lent. */
  readonly close?: (() => void) | undefined
}

export interface Item {
  readonly value: string
  /** What `cas` must name. It begins anew with every start of the server. */
  readonly cas: string
}

/** How one driver speaks over a socket of its own. Each call is sent at once, or rejects. */
export interface Wire {
  readonly socket: Socket
  /** `gets`, with all the keys in one line. */
  retrieve(request: string): Promise<ReadonlyMap<string, Item>>
  /** `add` or `cas`, with the value on a line of its own; `false`: any answer but STORED. */
  store(request: string): Promise<boolean>
  stats(request: string): Promise<ReadonlyMap<string, string>>
}
