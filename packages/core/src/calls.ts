import type { Context } from './context.ts'
import { outcomeOf } from './decision/outcome.ts'
import type { Closed } from './errors.ts'
import type { OperationName } from './types/tracing.ts'

/** The calls of one instance: each is observed here, and refused after close(). */
export class Calls {
  /** Since close(): the error of all later calls. */
  closed: Closed | null = null
  underWay = 0
  whenIdle: (() => void) | null = null
  readonly #context: Context

  constructor(context: Context) {
    this.#context = context
  }

  /** Runs a call. A closed instance refuses all of them, even those that need no store. */
  async run<T extends object>(
    name: OperationName,
    operation: (context: Context) => Promise<T>,
  ): Promise<T> {
    if (this.closed) throw this.closed
    const context = this.#context
    const { events, tracer } = context
    const started = events.hears('operation') ? performance.now() : null
    let result: T | null = null
    this.underWay++
    try {
      result = await (tracer?.operation(name, context, operation) ?? operation(context))
      return result
    } finally {
      if (started !== null)
        events.emit('operation', { name, ms: performance.now() - started, ...outcomeOf(result) })
      if (--this.underWay === 0) this.whenIdle?.()
    }
  }
}
