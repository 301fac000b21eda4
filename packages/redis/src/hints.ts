import { Connection } from './client.ts'
import type { Address, Lent } from './ioredis.ts'
import { OPENING_MS } from './limits.ts'

/** What changed, told by the script that writes to whoever listens then. */
export class Hints {
  readonly #server: Address | Lent
  readonly #channel: string
  readonly #closing: AbortSignal
  readonly #listening = new Set<Connection>()

  /** @param closing fires when nobody shall be told any more */
  constructor(server: Address | Lent, channel: string, closing: AbortSignal) {
    this.#server = server
    this.#channel = channel
    this.#closing = closing
  }

  /** On a connection of its own, until it is stopped; one that breaks is made again by the driver. */
  async listen(changed: (key: string) => void): Promise<() => Promise<void>> {
    const signal = AbortSignal.any([AbortSignal.timeout(OPENING_MS), this.#closing])
    const connection = await Connection.open(this.#server, signal)
    this.#listening.add(connection)
    const stop = async () => {
      this.#listening.delete(connection)
      await connection.close()
    }
    try {
      await connection.subscribe(this.#channel, changed, signal)
      connection.opened()
      return stop
    } catch (error) {
      await stop()
      throw error
    }
  }

  async close(): Promise<void> {
    const listening = [...this.#listening]
    this.#listening.clear()
    await Promise.all(listening.map((connection) => connection.close()))
  }
}
