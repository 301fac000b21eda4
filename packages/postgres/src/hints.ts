import { hash } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Connections } from './client.ts'
import type { ClientLike } from './driver.ts'
import { WATCH } from './statements.ts'

/** ms */
const PATIENCE = 5_000
const BEFORE_NEXT_TRY = 250

/** What changed, told by the statement that writes to whoever listens then: by LISTEN and NOTIFY. */
export class Hints {
  readonly #connections: Connections
  /** A name of at most 63 bytes. */
  readonly channel: string
  /** Of the advisory lock by which writers know that somebody listens. */
  readonly lock: number

  constructor(connections: Connections, namespace: string) {
    this.#connections = connections
    const name = hash('sha256', `tokenward watch ${namespace}`)
    this.channel = `tokenward_${name.slice(0, 32)}`
    this.lock = Number.parseInt(name.slice(32, 44), 16)
  }

  /** Listens on a connection of its own, and on the next one when that breaks, until it is stopped. */
  async listen(changed: (key: string) => void): Promise<() => Promise<void>> {
    const stopping = new AbortController()
    const listening = Promise.withResolvers<void>()
    const ended = this.#listenOn(changed, stopping.signal, listening)
    const timer = setTimeout(() => stopping.abort(), PATIENCE)
    try {
      await listening.promise
    } finally {
      clearTimeout(timer)
    }
    return async () => {
      stopping.abort()
      await ended
    }
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
    const work = (client: ClientLike) => this.#follow(client, changed, onListening)
    for (;;) {
      const error = await this.#connections.use(work, stopping).catch((error: unknown) => error)
      if (!everListened) return listening.reject(error)
      if (stopping.aborted || this.#connections.closed) return
      await pause(BEFORE_NEXT_TRY, null, { signal: stopping, ref: false }).catch(() => undefined)
    }
  }

  /** Rejects when the connection breaks. */
  async #follow(
    client: ClientLike,
    changed: (key: string) => void,
    onListening: () => void,
  ): Promise<never> {
    const broken = Promise.withResolvers<never>()
    // Until it is waited for, below, the statements reject by themselves.
    broken.promise.catch(() => undefined)
    client.on('error', broken.reject)
    client.on('end', () => broken.reject(new Error('Postgres ended the connection')))
    client.on('notification', ({ channel, payload = '' }) => {
      if (channel === this.channel) changed(payload)
    })
    await client.query({ text: `LISTEN ${this.channel}` })
    await client.query({ ...WATCH, values: [this.lock] })
    onListening()
    return broken.promise
  }
}
