import { type Closed, raceAbort } from '@tokenward/core/adapter'
import { Connection } from './connection.ts'
import type { DriverClient } from './driver.ts'
import { isConnectTimeout, withHelp } from './errors.ts'

/** After this time another attempt is made: less than the time-outs of drivers and than a recovery. */
const CONNECT_TIMEOUT_MS = 2_000

/** The client of one server: one connection at a time, which all calls share. */
export class Client {
  readonly #driver: DriverClient
  readonly #closing = new AbortController()
  #connection: Connection | null = null
  #connecting: Promise<Connection> | null = null

  constructor(driver: DriverClient) {
    this.#driver = driver
  }

  get address(): string {
    return this.#driver.address
  }

  /**
   * The open connection, or a new one. Nothing is sent before, so an attempt that times out is repeated
   * until the signal fires, with twice the time-out: a busy machine may be slow. A refused connection
   * rejects at once.
   * @param onTimeout gets the error of each attempt that timed out
   */
  async connection(
    signal: AbortSignal,
    onTimeout: (error: Error) => void = () => undefined,
  ): Promise<Connection> {
    for (let timeoutMs = CONNECT_TIMEOUT_MS; ; timeoutMs *= 2) {
      this.#closing.signal.throwIfAborted()
      if (this.#connection?.isOpen) return this.#connection
      this.#connecting ??= this.#connect(timeoutMs).finally(() => {
        this.#connecting = null
      })
      try {
        return await raceAbort(this.#connecting, signal)
      } catch (error) {
        if (!(error instanceof ConnectTimeout)) throw error
        onTimeout(error)
      }
    }
  }

  /** Pending calls reject with `closed`. A caller-owned client stays open. */
  close(closed: Closed): void {
    this.#closing.abort(closed)
    if (this.#driver.close) {
      this.#connection?.destroy(closed)
      this.#driver.close()
    } else this.#connection?.detach(closed)
  }

  async #connect(timeoutMs: number): Promise<Connection> {
    const timeout = AbortSignal.timeout(timeoutMs)
    const signal = AbortSignal.any([timeout, this.#closing.signal])
    let connection: Connection | null = null
    try {
      connection = new Connection(await raceAbort(this.#driver.connect(signal), signal))
      await connection.readClock(signal)
      this.#connection = connection
      return connection
    } catch (error) {
      connection?.destroy(
        new Error('Memcached did not reply on a new connection', { cause: error }),
      )
      if (timeout.aborted || isConnectTimeout(error)) {
        throw new ConnectTimeout(`no connection to ${this.address} in time`, { cause: error })
      }
      throw withHelp(error)
    }
  }
}

class ConnectTimeout extends Error {}
