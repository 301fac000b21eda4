export interface QueryLike {
  readonly text: string
  readonly name?: string
  readonly values?: unknown[]
}

/** What is used of a client that a pool of `pg` lends. */
export interface ClientLike {
  /** Of the server process that was connected. */
  readonly processID?: number | null
  query(query: QueryLike): Promise<{ readonly rows: unknown[] }>
  on(event: 'error', listener: (error: Error) => void): unknown
  on(event: 'end', listener: () => void): unknown
  on(
    event: 'notification',
    listener: (message: {
      readonly channel: string
      readonly payload?: string | undefined
    }) => void,
  ): unknown
  removeListener(event: 'error', listener: (error: Error) => void): unknown
  release(destroy?: Error | boolean): void
}

/** What is used of a `Pool` of `pg`. */
export interface PoolLike {
  connect(callback: (error: Error | undefined, client: ClientLike | undefined) => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  removeListener(event: 'error', listener: (error: Error) => void): unknown
}
