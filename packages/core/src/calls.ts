import * as v from 'valibot'
import type { Emitter } from './callbacks.ts'
import type { Context } from './context.ts'
import type { Reason } from './decision/types.ts'
import { Closed } from './errors.ts'
import { duration } from './input/duration.ts'
import { parse } from './input/parse.ts'
import { afterDeadline } from './store/timeout.ts'
import type { CloseOptions } from './types/call-options.ts'

const closeSchema = v.strictObject({ drain: v.exactOptional(duration(0, 300_000), '0s') })

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
    this.#underWay++
    try {
      return await (this.#events.hears('operation') ? this.#timed(name, operation) : operation())
    } finally {
      if (--this.#underWay === 0) this.#whenIdle?.()
    }
  }

  async #timed<T extends object>(name: string, operation: () => Promise<T>): Promise<T> {
    const started = performance.now()
    const done = (outcome: 'ok' | 'inactive' | 'error', reason?: Reason): void => {
      const ms = performance.now() - started
      this.#events.emit('operation', { name, ms, outcome, ...(reason !== undefined && { reason }) })
    }
    try {
      const result = await operation()
      const reason = 'reason' in result ? (result.reason as Reason | undefined) : undefined
      done(reason === undefined ? 'ok' : 'inactive', reason)
      return result
    } catch (error) {
      done('error')
      throw error
    }
  }

  async close(context: Context, options: CloseOptions = {}): Promise<void> {
    const { drain } = parse(closeSchema, options, 'options')
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
