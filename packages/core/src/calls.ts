import type { Emitter } from './callbacks.ts'
import type { Context } from './context.ts'
import type { Reason } from './decision/types.ts'
import { Closed } from './errors.ts'
import { afterDeadline } from './store/timeout.ts'

/** The calls of one instance: emits their durations, refuses them after close(), waits for them before it. */
export class Calls {
  readonly #events: Emitter
  readonly #closed = new Closed('The instance is closed; create another.')
  #closing: Promise<void> | null = null
  #underWay = 0
  #whenIdle: (() => void) | null = null

  constructor(events: Emitter) {
    this.#events = events
  }

  /** Runs a call. A closed instance refuses all of them, even those that need no store. */
  async run<T extends object>(name: string, operation: () => Promise<T>): Promise<T> {
    if (this.#closing) throw this.#closed
    const started = this.#events.hears('operation') ? performance.now() : null
    let result: T | null = null
    this.#underWay++
    try {
      result = await operation()
      return result
    } finally {
      if (started !== null) this.#emit(name, performance.now() - started, result)
      if (--this.#underWay === 0) this.#whenIdle?.()
    }
  }

  /** @param result `null`: the call has failed */
  #emit(name: string, ms: number, result: { readonly reason?: Reason } | null): void {
    const reason = result?.reason
    const outcome = reason === undefined ? 'ok' : 'inactive'
    const ended = result === null ? 'error' : outcome
    this.#events.emit('operation', { name, ms, outcome: ended, ...(reason && { reason }) })
  }

  /** @param drain in ms */
  close(context: Context, drain: number): Promise<void> {
    this.#closing ??= this.#shutDown(context, drain)
    return this.#closing
  }

  async #shutDown({ issuers, sealing, store }: Context, drain: number): Promise<void> {
    if (drain > 0 && this.#underWay > 0) await this.#idle(drain)
    for (const issuer of issuers.values()) issuer.close(this.#closed)
    sealing?.close(this.#closed)
    await store.close()
  }

  #idle(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = afterDeadline(ms, resolve)
      this.#whenIdle = () => {
        cancel()
        resolve()
      }
    })
  }
}
