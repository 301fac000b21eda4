import { hash } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Connections } from './client.ts'
import type { ClientLike } from './driver.ts'
import { silent } from './faults.ts'
import { WATCH } from './statements.ts'

/** Until it listens for the first time: no signal of the caller bounds that. */
const LISTEN_TIMEOUT_MS = 28_000
/** Later: a server that is gone must not keep it from one that is back. */
const RECONNECT_TIMEOUT_MS = 5_000
const BEFORE_NEXT_TRY_MS = 250

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
    await listening.promise
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
    for (;;) {
      const limit = everListened ? RECONNECT_TIMEOUT_MS : LISTEN_TIMEOUT_MS
      const late = new AbortController()
      const timer = setTimeout(() => late.abort(silent(limit)), limit)
      const onListening = () => {
        clearTimeout(timer)
        everListened = true
        listening.resolve()
      }
      const work = (client: ClientLike) => this.#follow(client, changed, onListening)
      const either = AbortSignal.any([stopping, late.signal])
      const error = await this.#connections.use(work, either).catch((error: unknown) => error)
      clearTimeout(timer)
      if (!everListened) return listening.reject(error)
      if (stopping.aborted || this.#connections.closed) return
      await pause(BEFORE_NEXT_TRY_MS, null, { signal: stopping, ref: false }).catch(() => undefined)
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
