import { notify } from '../callbacks.ts'
import type { Reason } from '../decide/evidence.ts'
import type { RevocationScope } from '../naming/scopes.ts'
import type { Finding } from '../repository/capabilities.ts'

interface About {
  /** The record's key in the store. */
  readonly record?: string
  readonly scope?: RevocationScope
  readonly subject?: string
  readonly client?: string
}

/** What a ward tells its listeners. Frozen; no token, body or key is ever in one. */
export interface Events {
  issued: About & { readonly session?: string; readonly jti: string }
  rotated: About & { readonly session: string; readonly generation: number }
  retried: About & { readonly session: string; readonly generation: number }
  /** A refresh token came again after its grace window: its session is revoked. */
  reused: About & { readonly session: string; readonly generation: number }
  consumed: About & { readonly jti?: string }
  revoked: About & { readonly at: number; readonly first: boolean }
  /** `verify` accepted what it could not check, because the application chose so. */
  failedOpen: About & { readonly error: Error }
  unavailable: { readonly error: Error }
  recovered: { /** ms */ readonly after: number }
  /** A record that cannot be read stood where one was asked for: the token was refused. */
  corrupt: About & { readonly reason?: Reason }
  finding: Finding
  pruned: { readonly deleted: number; readonly more: boolean }
  operation: {
    readonly name: string
    readonly ms: number
    readonly outcome: 'ok' | 'inactive' | 'error'
    readonly reason?: Reason
  }
}

/** May be `async`; what it throws or rejects with is dropped. */
export type Listener<E extends keyof Events> = (event: Readonly<Events[E]>) => unknown

/** Delivers events. A listener that throws or rejects harms nobody. */
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
