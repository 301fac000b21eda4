/** A query of `pg`. */
export interface QueryLike {
  readonly text: string
  /** Under which the connection keeps it prepared; absent: it is not prepared. */
  readonly name?: string
  readonly values?: unknown[]
}

/** The part of a client of a `pg` pool that this package uses. */
export interface ClientLike {
  /** The id of the server process that was connected. */
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

/** The part of a `Pool` of `pg` that this package uses. */
export interface PoolLike {
  connect(callback: (error: Error | undefined, client: ClientLike | undefined) => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  removeListener(event: 'error', listener: (error: Error) => void): unknown
}
