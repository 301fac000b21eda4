/** A query, as `pg` takes it. */
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

/** The part of a `Pool` of `pg`, or of `@neondatabase/serverless`, that this package uses. */
export interface PoolLike {
  connect(callback: (error: Error | undefined, client: ClientLike | undefined) => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  removeListener(event: 'error', listener: (error: Error) => void): unknown
}

/** What each driver does in its own way. */
export interface Driver {
  connect(): Promise<Connection>
  /** The calls that wait for these attempts to connect get an {@link AttemptEnded}, and may try again. */
  endAttemptsOlderThan(ms: number): void
  /** A caller-owned client is left as it was. */
  close(): Promise<unknown>
}

/** A session of the server, for one call. */
export interface Connection {
  /** The id of the server process that was connected. */
  readonly processID?: number | null
  query(query: QueryLike): Promise<{ readonly rows: unknown[] }>
  /** All or nothing; READ COMMITTED. The lease that has the connection ends it after an error. */
  transaction<T>(work: (inside: Queries) => Promise<T>): Promise<T>
  /** @param onBroken is called when the connection breaks. Absent: the driver cannot. */
  listen?(
    channel: string,
    onMessage: (payload: string) => void,
    onBroken: (error: Error) => void,
  ): Promise<unknown>
  /** @param destroy whether a statement may still be under way */
  release(destroy: boolean): void
}

export type Queries = Pick<Connection, 'query'>

/** Nothing was sent: a call that still waits may try again. */
export class AttemptEnded extends Error {
  override readonly name = 'AttemptEnded'
  override readonly message = 'The attempt to connect took too long'
}
