import { Socket } from 'node:net'
import type { Client } from 'pg'
import type { PoolLike } from './driver.ts'

export interface OwnPool {
  readonly pool: PoolLike
  readonly attempts: Attempts
  end(): Promise<void>
}

/**
 * These end what nobody waits for any more, on the way to the server and on the server: each call
 * ends at its own signal. Longer than any call, so that a busy machine fails none.
 */
const ABANDONED_MS = 30_000

/** Given at the start of a connection: so they cost no round trip, and hold for its whole life. */
const START_UP = [
  `statement_timeout=${ABANDONED_MS}`,
  'default_transaction_isolation=read\\ committed',
  'default_transaction_read_only=off',
  // A plan made before the table has statistics may look dear enough to compile.
  'jit=off',
]

export async function makePool(url: string): Promise<OwnPool> {
  const { Client, Pool } = await import('pg')
  const address = new URL(url)
  const theirs = address.searchParams.get('options')
  const ours = START_UP.map((setting) => `-c ${setting}`)
  address.searchParams.set('options', [...(theirs ? [theirs] : []), ...ours].join(' '))
  const attempts = new Attempts()
  const pool = new Pool({
    connectionString: address.href,
    connectionTimeoutMillis: ABANDONED_MS,
    keepAlive: true,
    application_name: 'tokenward',
    Client: attempts.watched(Client),
  })
  return { pool, attempts, end: () => pool.end() }
}

/** Attempts to connect that are not over. A silent server keeps them, and their places in the pool. */
export class Attempts {
  readonly #since = new Map<Socket, number>()

  /** @param ms that an attempt may have taken; the calls that it was for get {@link AttemptEnded} */
  endOlderThan(ms: number): void {
    const limit = performance.now() - ms
    for (const [socket, since] of this.#since) {
      if (since <= limit) socket.destroy(new AttemptEnded())
    }
  }

  /** The client class, with the sockets of its attempts known here. */
  watched(Base: typeof Client): typeof Client {
    const since = this.#since
    return class extends Base {
      constructor(config: ConstructorParameters<typeof Client>[0]) {
        const socket = new Socket()
        super({ ...(config as object), stream: () => socket })
        since.set(socket, performance.now())
        const ended = () => since.delete(socket)
        this.once('connect', ended)
        socket.once('close', ended)
      }
    }
  }
}

/** Nothing was sent: whoever still waits may try again. */
export class AttemptEnded extends Error {
  override readonly name = 'AttemptEnded'
  override readonly message = 'The attempt to connect took too long'
}
