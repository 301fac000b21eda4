import { Socket } from 'node:net'
import type { Client } from 'pg'
import { AttemptEnded, type PoolLike } from './driver.ts'

/** A pool that this package made. */
export interface OwnPool {
  readonly pool: PoolLike
  readonly attempts: ConnectionAttempts
  end(): Promise<void>
}

/**
 * Ends what was abandoned on the way to the server and on the server: each call ends at its own
 * signal. Longer than any call, so that no call fails by it on a busy machine.
 */
const ABANDONED_MS = 30_000

/** Sent when a connection starts: they cost no round trip, and hold as long as it lives. */
const STARTUP_SETTINGS = [
  `statement_timeout=${ABANDONED_MS}`,
  'default_transaction_isolation=read\\ committed',
  'default_transaction_read_only=off',
  // A plan made before the table has statistics may look expensive enough to compile.
  'jit=off',
]

export async function makePool(url: string): Promise<OwnPool> {
  const { Client, Pool } = await import('pg')
  const address = new URL(url)
  const given = address.searchParams.get('options')
  const settings = STARTUP_SETTINGS.map((setting) => `-c ${setting}`)
  address.searchParams.set('options', [...(given ? [given] : []), ...settings].join(' '))
  const attempts = new ConnectionAttempts()
  const pool = new Pool({
    connectionString: address.href,
    connectionTimeoutMillis: ABANDONED_MS,
    keepAlive: true,
    application_name: 'tokenward',
    Client: attempts.track(Client),
  })
  return { pool, attempts, end: () => pool.end() }
}

/** Attempts to connect that are under way. A silent server keeps them, and their places in the pool. */
export class ConnectionAttempts {
  readonly #since = new Map<Socket, number>()

  /** @param ms how long an attempt may have taken; the calls that it was for get {@link AttemptEnded} */
  endOlderThan(ms: number): void {
    const limit = performance.now() - ms
    for (const [socket, since] of this.#since) {
      if (since <= limit) socket.destroy(new AttemptEnded())
    }
  }

  /** The client class, which registers the sockets of its attempts here. */
  track(Base: typeof Client): typeof Client {
    const since = this.#since
    return class extends Base {
      constructor(config: ConstructorParameters<typeof Client>[0]) {
        const socket = new Socket()
        super({ ...(config as object), stream: () => socket })
        since.set(socket, performance.now())
        const forget = () => since.delete(socket)
        this.once('connect', forget)
        socket.once('close', forget)
      }
    }
  }
}
