import { setTimeout as pause } from 'node:timers/promises'
import type { ChangeStreamLike, Connections, Document } from './client.ts'
import { COLLECTION } from './schema.ts'

/** ms */
const PATIENCE = 5_000
const BEFORE_NEXT_TRY = 250

/** What changed, told by the server's change streams to whoever listens then. */
export class Hints {
  readonly #connections: Connections
  readonly #pipeline: Document[]
  readonly #stops = new Set<() => Promise<void>>()

  constructor(connections: Connections, namespace: string) {
    this.#connections = connections
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
      PATIENCE,
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
      if (stopping.aborted || this.#connections.closed) return
      await pause(BEFORE_NEXT_TRY, null, { signal: stopping, ref: false }).catch(() => undefined)
    }
  }

  /** Rejects when the stream breaks, or is stopped. */
  async #follow(
    changed: (key: string) => void,
    stopping: AbortSignal,
    onListening: () => void,
  ): Promise<never> {
    stopping.throwIfAborted()
    const stream = this.#connections.changes(COLLECTION, this.#pipeline)
    const close = () => void quietly(stream)
    stopping.addEventListener('abort', close, { once: true })
    try {
      // Nothing is asked of the server before this; from its answer on nothing is missed.
      const first = await stream.tryNext()
      onListening()
      for (let change = first ?? (await stream.next()); ; change = await stream.next()) {
        stopping.throwIfAborted()
        changed(change['documentKey']._id)
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
