import { Closed } from '../errors.ts'
import { raceAbort } from './abort.ts'
import type { Finding } from './capabilities.ts'

/** How a repository opens and closes its session: its client, and what else lives as long as that. */
export interface LifecycleOptions<Session> {
  /** The repository's name, for error messages: `postgres`. */
  readonly name: string
  /** Makes the session. @param closing fires when the session ends, with the error for its calls */
  connect(closing: AbortSignal): Session | Promise<Session>
  /** Reads the live settings on every `open()`. It bounds itself in time, and rejects with what to do. */
  inspect(session: Session): Promise<readonly Finding[]>
  /** Releases what `connect` made; calls under way reject with `closed`. */
  disconnect(session: Session, closed: Closed): void | Promise<void>
}

interface Current<Session> {
  readonly session: Promise<Session>
  readonly ending: AbortController
  /** The `open()` under way, which concurrent calls share. */
  opening: Promise<readonly Finding[]> | null
  /** An `open()` succeeded: one that fails later leaves the session open. */
  wasOpened: boolean
}

/**
 * The session of a repository, from `open()` to `close()`, for clients that connect asynchronously.
 * Concurrent `open()` share one attempt; after a failed one `open()` may be called again; `close()`
 * ends an `open()` under way with {@link Closed}, and a session that was opened meanwhile goes on.
 */
export class Lifecycle<Session> {
  readonly #options: LifecycleOptions<Session>
  #current: Current<Session> | null = null

  constructor(options: LifecycleOptions<Session>) {
    this.#options = options
  }

  /** For `open()` of the repository. */
  open(): Promise<readonly Finding[]> {
    const current = this.#current ?? this.#start()
    this.#current = current
    current.opening ??= this.#open(current).finally(() => {
      current.opening = null
    })
    return current.opening
  }

  /** The session; rejects with {@link Closed} before `open()` and after `close()`. */
  async session(): Promise<Session> {
    if (this.#current) return this.#current.session
    throw new Closed(`The ${this.#options.name} repository is not open: call open() first`)
  }

  /** For `close()` of the repository; idempotent. */
  async close(): Promise<void> {
    if (this.#current) await this.#end(this.#current)
  }

  #start(): Current<Session> {
    const ending = new AbortController()
    const session = (async () => this.#options.connect(ending.signal))()
    return { session, ending, opening: null, wasOpened: false }
  }

  async #open(current: Current<Session>): Promise<readonly Finding[]> {
    const { session, ending } = current
    try {
      const inspection = session.then((opened) => this.#options.inspect(opened))
      const findings = await raceAbort(inspection, ending.signal)
      current.wasOpened = true
      return findings
    } catch (error) {
      // An error of `disconnect` would hide why it failed.
      if (!current.wasOpened && !ending.signal.aborted) await this.#end(current).catch(() => null)
      throw error
    }
  }

  async #end(current: Current<Session>): Promise<void> {
    if (this.#current === current) this.#current = null
    const closed = new Closed(`The ${this.#options.name} repository is closed: call open() first`)
    current.ending.abort(closed)
    const session = await current.session.then(
      (opened) => ({ opened }),
      () => null,
    )
    if (session) await this.#options.disconnect(session.opened, closed)
  }
}
