import { assertUrl } from './faults.ts'

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

export interface OwnPool extends PoolLike {
  end(): Promise<void>
}

/**
 * In ms. Each call ends at its signal, whatever these say; they end what nobody waits for any more,
 * on the way to the server and on the server. Longer than a deadline, so that a machine under load
 * does not begin the same connection again and again.
 */
const CONNECTING = 3_000
const STATEMENT = 5_000

/** Given at the start of a connection: so they cost no round trip, and hold for its whole life. */
const START_UP = [
  `statement_timeout=${STATEMENT}`,
  'default_transaction_isolation=read\\ committed',
  'default_transaction_read_only=off',
  // A plan made before the table has statistics may look dear enough to compile.
  'jit=off',
]

export async function makePool(url: string): Promise<OwnPool> {
  assertUrl(url)
  const { Pool } = await import('pg')
  const address = new URL(url)
  const theirs = address.searchParams.get('options')
  const ours = START_UP.map((setting) => `-c ${setting}`)
  address.searchParams.set('options', [...(theirs ? [theirs] : []), ...ours].join(' '))
  return new Pool({
    connectionString: address.href,
    connectionTimeoutMillis: CONNECTING,
    keepAlive: true,
    application_name: 'tokenward',
  })
}
