import type { Finding } from '../adapter/capabilities.ts'
import type { Reason } from '../decision/types.ts'
import type { RevocationScope } from '../scopes/scopes.ts'

/** Who and what an event is about, as far as it is known. */
interface EventFields {
  /** The key of the record in the store, for `explain({ record })`. */
  readonly record?: string
  readonly scope?: RevocationScope
  readonly subject?: string
  readonly client?: string
}

/**
 * The events of an instance and their data, for {@link Tokenward.on}. The data is frozen and never
 * contains a token, a stored body or a signing key.
 */
export interface Events {
  /** `issue` signed tokens. `session` is missing without a refresh token. */
  issued: EventFields & { readonly session?: string; readonly jti: string }
  /** `rotate` exchanged a refresh token. `generation` is that of its successor. */
  rotated: EventFields & { readonly session: string; readonly generation: number }
  /** `rotate` returned the same successor again, within the grace period. */
  retried: EventFields & { readonly session: string; readonly generation: number }
  /**
   * A refresh token was presented again after its grace period: it may be stolen, and its session is
   * revoked (RFC 9700 §4.14). `generation` is that of the presented token.
   */
  reused: EventFields & { readonly session: string; readonly generation: number }
  /** `consume` accepted an access token. */
  consumed: EventFields & { readonly jti?: string }
  /**
   * Something was revoked. `at`: since when, in ms since 1970. `first`: this call revoked it; `false`:
   * it was revoked already.
   */
  revoked: EventFields & { readonly at: number; readonly first: boolean }
  /** `verify` accepted a token without the store, because of `onUnavailable: 'accept'`. */
  failedOpen: EventFields & { readonly error: Error }
  /** The store has stopped answering. */
  unavailable: { readonly error: Error }
  /** The store answers again, after so many ms. */
  recovered: { readonly after: number }
  /** A token was refused because a record in the store is corrupt. */
  corrupt: EventFields & { readonly reason?: Reason }
  /**
   * What is sealed in a record could not be opened: the key `keyId` is missing, its key management service
   * failed, or the text was changed or belongs to another record. No token is refused for it. `keyId` is
   * empty where it cannot be read.
   */
  unreadable: EventFields & { readonly keyId: string }
  /** Something in the settings or the state of the store needs attention. `fix` is what to do. */
  finding: Finding
  /** `prune` deleted records. `more`: it stopped at its limit. */
  pruned: { readonly deleted: number; readonly more: boolean }
  /** A method of the instance was called: its name, its duration in ms, and how it ended. */
  operation: {
    readonly name: string
    readonly ms: number
    readonly outcome: 'ok' | 'inactive' | 'error'
    readonly reason?: Reason | 'unreadable'
  }
}

/** May be `async`. What it throws or rejects with is ignored, and no call waits for it. */
export type Listener<E extends keyof Events> = (event: Readonly<Events[E]>) => unknown

/** As {@link Listener}, for all events: it is also given their names. */
export type AnyListener = (name: keyof Events, event: Readonly<Events[keyof Events]>) => unknown
