// Functions of the application that are called for their effect. Their failures must not become ours.
import type { Events, Listener } from './types/events.ts'

/** Calls a listener. What it throws, or rejects with, is its own affair; nobody waits for it. */
export function notify<A extends readonly unknown[]>(
  listener: (...args: A) => unknown,
  ...args: A
): void {
  try {
    // `async` listeners reject later: without a handler that would end the process.
    Promise.resolve(listener(...args)).catch(() => undefined)
  } catch {
    // Its failure must not become a wrong answer.
  }
}

/** Delivers events; a listener that throws or rejects disturbs neither the call nor other listeners. */
export class Emitter {
  readonly #listeners = new Map<keyof Events, Set<Listener<never>>>()

  on<E extends keyof Events>(name: E, listener: Listener<E>): () => void {
    const set = this.#listeners.get(name) ?? new Set()
    this.#listeners.set(name, set.add(listener))
    return () => void set.delete(listener)
  }

  emit<E extends keyof Events>(name: E, event: Events[E]): void {
    const set = this.#listeners.get(name)
    if (set === undefined || set.size === 0) return
    const frozen = Object.freeze({ ...event }) as Readonly<Events[E]>
    for (const listener of [...set] as Listener<E>[]) notify(listener, frozen)
  }
}
