// Calls functions of the application whose failures must not become failures of core.
import type { AnyListener, Events, Listener } from './types/events.ts'

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
  readonly #listeners = new Map<keyof Events, Set<AnyListener>>()
  readonly #any = new Set<AnyListener>()

  on<E extends keyof Events>(name: E, listener: Listener<E>): () => void {
    const set = this.#listeners.get(name) ?? new Set()
    this.#listeners.set(name, set)
    return add(set, (_, event) => listener(event as Events[E]))
  }

  onAny(listener: AnyListener): () => void {
    return add(this.#any, listener)
  }

  hears(name: keyof Events): boolean {
    return this.#any.size > 0 || (this.#listeners.get(name)?.size ?? 0) > 0
  }

  emit<E extends keyof Events>(name: E, event: Events[E]): void {
    if (!this.hears(name)) return
    const frozen = Object.freeze({ ...event }) as Readonly<Events[E]>
    const listeners = [...(this.#listeners.get(name) ?? []), ...this.#any]
    for (const listener of listeners) notify(listener, name, frozen)
  }
}

function add<T>(set: Set<T>, member: T): () => void {
  set.add(member)
  return () => void set.delete(member)
}
