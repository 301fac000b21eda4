import { keepSubscribed, noAnswer } from '@tokenward/core/adapter'
import type { Client } from './client.ts'
import type { ChangeStreamLike, Document } from './driver.ts'
import { STORE } from './errors.ts'
import { keyOf, prefixOf } from './records.ts'
import { COLLECTION } from './schema.ts'

/** As for `open()`: a busy machine may be slow to begin. */
const SUBSCRIBE_TIMEOUT_MS = 25_000

/** The changes of one namespace, from the server's change streams. */
export class ChangeFeed {
  readonly #client: Client
  readonly #namespace: string
  readonly #closing: AbortSignal
  readonly #pipeline: Document[]
  readonly #subscriptions = new Set<Promise<() => Promise<void>>>()

  /** @param closing fires when the repository closes */
  constructor(client: Client, namespace: string, closing: AbortSignal) {
    this.#client = client
    this.#namespace = namespace
    this.#closing = closing
    this.#pipeline = [
      { $match: { 'fullDocument.namespace': namespace } },
      { $project: { documentKey: 1 } },
    ]
  }

  /**
   * Opens another change stream whenever one breaks.
   * @param onChange gets the key of each changed record
   * @returns a function that ends the subscription
   */
  async subscribe(onChange: (key: string) => void): Promise<() => Promise<void>> {
    const subscription = keepSubscribed({
      subscribe: (signal, onSubscribed) => this.#follow(onChange, signal, onSubscribed),
      closing: this.#closing,
      startTimeoutMs: SUBSCRIBE_TIMEOUT_MS,
      reconnectTimeoutMs: SUBSCRIBE_TIMEOUT_MS,
      noAnswer: (timeoutMs) => noAnswer(STORE, timeoutMs),
    })
    this.#subscriptions.add(subscription)
    try {
      const stop = await subscription
      return async () => {
        this.#subscriptions.delete(subscription)
        await stop()
      }
    } catch (error) {
      this.#subscriptions.delete(subscription)
      throw error
    }
  }

  /** Resolves when all streams are closed. */
  async close(): Promise<void> {
    const stopping = [...this.#subscriptions].map((subscription) =>
      subscription.then(
        (stop) => stop(),
        () => undefined,
      ),
    )
    this.#subscriptions.clear()
    await Promise.all(stopping)
  }

  /** Rejects when the stream breaks or the signal fires. */
  async #follow(
    onChange: (key: string) => void,
    signal: AbortSignal,
    onSubscribed: () => void,
  ): Promise<never> {
    const stream = this.#client.changes(COLLECTION, this.#pipeline)
    const close = () => void closeQuietly(stream)
    signal.addEventListener('abort', close, { once: true })
    try {
      // The first command to the server: from its reply on no change is missed.
      const first = await stream.tryNext()
      onSubscribed()
      for (let change = first ?? (await stream.next()); ; change = await stream.next()) {
        signal.throwIfAborted()
        const { _id: id } = change['documentKey']
        if (id.startsWith(prefixOf(this.#namespace))) onChange(keyOf(this.#namespace, id))
      }
    } finally {
      signal.removeEventListener('abort', close)
      await closeQuietly(stream)
    }
  }
}

async function closeQuietly(stream: ChangeStreamLike): Promise<void> {
  await stream.close().catch(() => undefined)
}
