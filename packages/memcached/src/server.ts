import { Closed } from '@tokenward/core/adapter'
import { bounded } from './bounded.ts'
import type { Settings } from './capabilities.ts'
import type { Client } from './clients/client.ts'
import { Connection } from './connection.ts'
import { explained, isConnectTimeout, noAnswer } from './faults.ts'

/** Then another connection is made: less than drivers take, and than a recovery may take. */
const CONNECT_TIMEOUT_MS = 2_000

/** One server, by one connection at a time, which all calls share. */
export class Server {
  readonly #client: Client
  readonly #closing = new AbortController()
  #connection: Connection | null = null
  #connecting: Promise<Connection> | null = null
  /** Why the last attempt ended without a connection, where it was only slow. */
  #slow: unknown

  constructor(client: Client) {
    this.#client = client
  }

  get address(): string {
    return this.#client.address
  }

  /**
   * Nothing was sent yet: so it is tried as often as the signal allows, unless it is refused. Where
   * there is time, as in `open()` on a busy machine, each attempt is given twice the time of the last.
   */
  async connection(signal: AbortSignal): Promise<Connection> {
    for (let timeout = CONNECT_TIMEOUT_MS; ; timeout *= 2) {
      this.#closing.signal.throwIfAborted()
      if (this.#connection?.isOpen) return this.#connection
      this.#connecting ??= this.#connect(timeout).finally(() => {
        this.#connecting = null
      })
      try {
        return await bounded(this.#connecting, signal)
      } catch (error) {
        if (!(error instanceof ConnectTimeout)) throw error
        this.#slow = error
      }
    }
  }

  async inspect(signal: AbortSignal): Promise<Settings> {
    const connection = await this.connection(signal).catch((error) => {
      throw signal.aborted ? noAnswer(this.#slow ?? error) : error
    })
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

  /** Calls under way reject with `Closed`. */
  close(): void {
    const closed = new Closed('The memcached repository is closed: call open() first')
    this.#closing.abort(closed)
    if (this.#client.close) {
      this.#connection?.cut(closed)
      this.#client.close()
    } else this.#connection?.leave(closed)
  }

  async #connect(timeoutMs: number): Promise<Connection> {
    const timeout = AbortSignal.timeout(timeoutMs)
    const signal = AbortSignal.any([timeout, this.#closing.signal])
    let connection: Connection | null = null
    try {
      connection = new Connection(await bounded(this.#client.connect(signal), signal))
      const seconds = Number((await connection.stats('', signal)).get('time'))
      // The answer may be from the beginning or the end of its second.
      connection.ahead = (seconds + 1) * 1_000 - Date.now()
      this.#connection = connection
      return connection
    } catch (error) {
      connection?.cut(new Error('Memcached did not answer on a new connection', { cause: error }))
      if (timeout.aborted || isConnectTimeout(error)) {
        throw new ConnectTimeout(`no connection to ${this.address} in time`, { cause: error })
      }
      throw explained(error)
    }
  }
}

class ConnectTimeout extends Error {}
