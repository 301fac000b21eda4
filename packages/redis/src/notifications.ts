import type { Closed } from '@tokenward/core/adapter'
import { Client } from './client.ts'
import type { Address, CallerClient } from './driver.ts'
import { OPEN_TIMEOUT_MS } from './driver-options.ts'

/** The changes of one namespace, which the script that writes publishes to the subscribers. */
export class ChangeFeed {
  readonly #server: Address | CallerClient
  readonly #channel: string
  readonly #closing: AbortSignal
  readonly #subscribed = new Set<Client>()

  /** @param closing fires when the repository closes */
  constructor(server: Address | CallerClient, channel: string, closing: AbortSignal) {
    this.#server = server
    this.#channel = channel
    this.#closing = closing
  }

  /**
   * Opens a separate connection; the driver replaces it when it breaks.
   * @param onChange gets the key of each changed record
   * @returns a function that ends the subscription
   */
  async subscribe(onChange: (key: string) => void): Promise<() => Promise<void>> {
    const signal = AbortSignal.any([AbortSignal.timeout(OPEN_TIMEOUT_MS), this.#closing])
    const client = await Client.open(this.#server, signal)
    this.#subscribed.add(client)
    const stop = async () => {
      this.#subscribed.delete(client)
      await client.close(new Error('Redis: the subscription has ended'))
    }
    try {
      await client.subscribe(this.#channel, onChange, signal)
      client.endOpening()
      return stop
    } catch (error) {
      await stop()
      throw error
    }
  }

  async close(closed: Closed): Promise<void> {
    const subscribed = [...this.#subscribed]
    this.#subscribed.clear()
    await Promise.all(subscribed.map((client) => client.close(closed)))
  }
}
