import type { Socket } from 'node:net'

/** The drivers that can connect to a URL. */
export const DRIVERS = ['memcached', 'memcache-client'] as const
export type Driver = (typeof DRIVERS)[number]

export const DEFAULT_PORT = '11211'

/** The address of a server with its port, as rings compare it. */
export function withPort(server: string): string {
  return /:\d+$/.test(server) ? server : `${server}:${DEFAULT_PORT}`
}

/** All keys of the adapter begin with this. */
export const KEY_PREFIX = 'tokenward-'

/** The key of the one item that `value-filter.ts` passes to a driver in place of those of a reply. */
export const ITEMS: string = `${KEY_PREFIX}items`

/** What a driver does for one server. Everything else is the same for both drivers. */
export interface DriverClient {
  /** `host:port` */
  readonly address: string
  /** Resolves with a new socket, or with an open one that the driver has. */
  connect(signal: AbortSignal): Promise<Protocol>
  /** Ends the client; absent for a caller-owned one. */
  readonly close?: (() => void) | undefined
}

export interface Item {
  readonly value: string
  /** The id that `cas` must name. The server counts from the beginning again at each start. */
  readonly cas: string
}

/** How one driver uses a socket. Each request is sent at once, or rejects. */
export interface Protocol {
  readonly socket: Socket
  /**
   * Sends `gets`, with all the keys in one line.
   * @returns the value of {@link ITEMS}; `null`: there are no items
   */
  gets(request: string): Promise<string | null>
  /** Sends `add` or `cas`, with the value on the next line. `false`: any reply but STORED. */
  store(request: string): Promise<boolean>
  stats(request: string): Promise<ReadonlyMap<string, string>>
}
