import { setTimeout as pause } from 'node:timers/promises'
import type { Client } from './client.ts'
import type { ChangeStreamLike, Document } from './driver.ts'
import { keyOf, prefixOf } from './records.ts'
import { COLLECTION } from './schema.ts'

/** As for `open()`: a busy machine may be slow to begin. */
const START_TIMEOUT_MS = 25_000
const RECONNECT_DELAY_MS = 250

/** What changed, by the server's change streams. */
export class Hints {
  readonly #client: Client
  readonly #namespace: string
  readonly #pipeline: Document[]
  readonly #stops = new Set<() => Promise<void>>()

  constructor(client: Client, namespace: string) {
    this.#client = client
    this.#namespace = namespace
    this.#pipeline = [
      { $match: { 'fullDocument.namespace': namespace } },
      { $project: { documentKey: 1 } },
    ]
  }

  /** Listens to one stream, and to the next when that breaks, until it is stopped. */
  async listen(changed: (key: string) => void): Promise<() => Promise<void>> {
    const stopping = new AbortController()
    const listening = Promise.withResolvers<void>()
    const ended = this.#listenOn(changed, stopping.signal, listening)
    const stop = async () => {
      this.#stops.delete(stop)
      stopping.abort()
      await ended
    }
    this.#stops.add(stop)
    const late = setTimeout(
      () => listening.reject(new Error('MongoDB: no change stream')),
      START_TIMEOUT_MS,
    )
    try {
      await listening.promise
      return stop
    } catch (error) {
      await stop()
      throw error
    } finally {
      clearTimeout(late)
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#stops].map((stop) => stop()))
  }

  async #listenOn(
    changed: (key: string) => void,
    stopping: AbortSignal,
    listening: PromiseWithResolvers<void>,
  ): Promise<void> {
    let everListened = false
    const onListening = () => {
      everListened = true
      listening.resolve()
    }
    for (;;) {
      const error = await this.#follow(changed, stopping, onListening).catch((error) => error)
      if (!everListened) return listening.reject(error)
      if (stopping.aborted || this.#client.closed) return
      await pause(RECONNECT_DELAY_MS, null, { signal: stopping, ref: false }).catch(() => undefined)
    }
  }

  /** Rejects when the stream breaks, or is stopped. */
  async #follow(
    changed: (key: string) => void,
    stopping: AbortSignal,
    onListening: () => void,
  ): Promise<never> {
    stopping.throwIfAborted()
    const stream = this.#client.changes(COLLECTION, this.#pipeline)
    const close = () => void quietly(stream)
    stopping.addEventListener('abort', close, { once: true })
    try {
      // Nothing is asked of the server before this; from its answer on nothing is missed.
      const first = await stream.tryNext()
      onListening()
      for (let change = first ?? (await stream.next()); ; change = await stream.next()) {
        stopping.throwIfAborted()
        const { _id: id } = change['documentKey']
        if (id.startsWith(prefixOf(this.#namespace))) changed(keyOf(this.#namespace, id))
      }
    } finally {
      stopping.removeEventListener('abort', close)
      await quietly(stream)
    }
  }
}

async function quietly(stream: ChangeStreamLike): Promise<void> {
  await stream.close().catch(() => undefined)
}
