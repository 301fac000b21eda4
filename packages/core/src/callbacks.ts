// Calls functions of the application whose failures must not become failures of core.
import type { Events, Listener } from './types/events.ts'

/** Calls a listener, and ignores what it throws or rejects with. Does not wait for it. */
export function notify<A extends readonly unknown[]>(
  listener: (...args: A) => unknown,
  ...args: A
): void {
  try {
    // An `async` listener rejects later; without a handler that would end the process.
    Promise.resolve(listener(...args)).catch(() => undefined)
  } catch {
    // A failed listener must not change a result.
  }
}

/** Delivers events. A listener that throws or rejects affects neither the call nor other listeners. */
export class Emitter {
  readonly #listeners = new Map<keyof Events, Set<Listener<never>>>()

  on<E extends keyof Events>(name: E, listener: Listener<E>): () => void {
    const set = this.#listeners.get(name) ?? new Set()
    this.#listeners.set(name, set.add(listener))
    return () => void set.delete(listener)
  }

  hears(name: keyof Events): boolean {
    return (this.#listeners.get(name)?.size ?? 0) > 0
  }

  emit<E extends keyof Events>(name: E, event: Events[E]): void {
    const set = this.#listeners.get(name)
    if (set === undefined || set.size === 0) return
    const frozen = Object.freeze({ ...event }) as Readonly<Events[E]>
    for (const listener of [...set] as Listener<E>[]) notify(listener, frozen)
  }
}
