import { Closed } from '@tokenward/core'
import { bounded } from './bounded.ts'
import type { Settings } from './capabilities.ts'
import type { Client } from './clients/client.ts'
import { Connection } from './connection.ts'
import { explained } from './faults.ts'

/** ms, after which it is tried anew: less than drivers take, and than a recovery may. */
const CONNECTING = 2_000

/** One server, by one connection at a time: what is asked meanwhile goes over it without waiting. */
export class Server {
  readonly #client: Client
  readonly #closing = new AbortController()
  #connection: Connection | null = null
  #connecting: Promise<Connection> | null = null

  constructor(client: Client) {
    this.#client = client
  }

  get address(): string {
    return this.#client.address
  }

  /** Nothing was asked yet: so it is tried as often as the signal allows, unless it is refused. */
  async connection(signal: AbortSignal): Promise<Connection> {
    for (;;) {
      this.#closing.signal.throwIfAborted()
      if (this.#connection?.isOpen) return this.#connection
      this.#connecting ??= this.#connect().finally(() => {
        this.#connecting = null
      })
      try {
        return await bounded(this.#connecting, signal)
      } catch (error) {
        if (!(error instanceof TooSlow)) throw error
      }
    }
  }

  async inspect(signal: AbortSignal): Promise<Settings> {
    const connection = await this.connection(signal)
    const [stats, settings] = await Promise.all([
      connection.stats('', signal),
      connection.stats(' settings', signal),
    ])
    return {
      address: this.address,
      version: stats.get('version') ?? '',
      casEnabled: settings.get('cas_enabled') !== 'no',
      evicts: settings.get('evictions') !== 'off',
      evicted: Number(stats.get('evictions') ?? 0),
      itemSizeMax: Number(settings.get('item_size_max') ?? 1_048_576),
      ahead: connection.ahead,
    }
  }

  /** Whoever waits gets `Closed`. */
  close(): void {
    const closed = new Closed('The memcached repository is closed: call open() first')
    this.#closing.abort(closed)
    if (this.#client.close) {
      this.#connection?.cut(closed)
      this.#client.close()
    } else this.#connection?.leave(closed)
  }

  async #connect(): Promise<Connection> {
    const time = AbortSignal.timeout(CONNECTING)
    const patience = AbortSignal.any([time, this.#closing.signal])
    let connection: Connection | null = null
    try {
      connection = new Connection(await bounded(this.#client.connect(patience), patience))
      const seconds = Number((await connection.stats('', patience)).get('time'))
      // Of its second we may have seen the beginning or the end.
      connection.ahead = (seconds + 1) * 1_000 - Date.now()
      this.#connection = connection
      return connection
    } catch (error) {
      connection?.cut(new Error('Memcached did not introduce itself'))
      throw time.aborted ? new TooSlow() : explained(error)
    }
  }
}

class TooSlow extends Error {}
