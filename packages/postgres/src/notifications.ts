import { hash } from 'node:crypto'
import { keepSubscribed, noAnswer } from '@tokenward/core/adapter'
import type { Client } from './client.ts'
import type { Connection } from './driver.ts'
import { STORE } from './errors.ts'
import { WATCH } from './statements.ts'

/** Until it listens for the first time: no signal of the caller bounds that. */
const START_TIMEOUT_MS = 28_000
/** Later: a server that is gone must not delay the connection to one that is back. */
const RECONNECT_TIMEOUT_MS = 5_000

/** Keys that may have changed: the statement that writes notifies those that LISTEN. */
export class ChangeFeed {
  readonly #client: Client
  readonly #closing: AbortSignal
  /** A name of at most 63 bytes. */
  readonly channel: string
  /** The advisory lock by which writers know that a subscriber exists. */
  readonly lock: number

  /** @param closing fires when the repository closes, and ends every subscription */
  constructor(client: Client, namespace: string, closing: AbortSignal) {
    this.#client = client
    this.#closing = closing
    const name = hash('sha256', `tokenward watch ${namespace}`)
    this.channel = `tokenward_${name.slice(0, 32)}`
    this.lock = Number.parseInt(name.slice(32, 44), 16)
  }

  /** Keeps one connection for this, and takes another when it breaks, until it is stopped. */
  subscribe(onChange: (key: string) => void): Promise<() => Promise<void>> {
    return keepSubscribed({
      subscribe: (signal, onSubscribed) =>
        this.#client.use((client) => this.#listen(client, onChange, onSubscribed), signal),
      closing: this.#closing,
      startTimeoutMs: START_TIMEOUT_MS,
      reconnectTimeoutMs: RECONNECT_TIMEOUT_MS,
      noAnswer: (timeoutMs) => noAnswer(STORE, timeoutMs),
    })
  }

  /** Rejects when the connection breaks. */
  async #listen(
    client: Connection,
    onChange: (key: string) => void,
    onSubscribed: () => void,
  ): Promise<never> {
    const broken = Promise.withResolvers<never>()
    // It is awaited below; until then the statements themselves reject.
    broken.promise.catch(() => undefined)
    await client.listen?.(this.channel, onChange, broken.reject)
    await client.query({ ...WATCH, values: [this.lock] })
    onSubscribed()
    return broken.promise
  }
}
