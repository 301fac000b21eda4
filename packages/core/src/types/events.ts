import type { Finding } from '../adapter/capabilities.ts'
import type { Reason } from '../decision/types.ts'
import type { RevocationScope } from '../scopes/scopes.ts'

interface EventFields {
  /** The record's key in the store. */
  readonly record?: string
  readonly scope?: RevocationScope
  readonly subject?: string
  readonly client?: string
}

/** What an instance tells its listeners. Frozen; no token, body or key is ever in one. */
export interface Events {
  issued: EventFields & { readonly session?: string; readonly jti: string }
  rotated: EventFields & { readonly session: string; readonly generation: number }
  retried: EventFields & { readonly session: string; readonly generation: number }
  /** A refresh token came again after its grace window: its session is revoked. */
  reused: EventFields & { readonly session: string; readonly generation: number }
  consumed: EventFields & { readonly jti?: string }
  revoked: EventFields & { readonly at: number; readonly first: boolean }
  /** `verify` accepted what it could not check, because the application chose so. */
  failedOpen: EventFields & { readonly error: Error }
  unavailable: { readonly error: Error }
  recovered: { /** ms */ readonly after: number }
  /** A record that cannot be read stood where one was asked for: the token was refused. */
  corrupt: EventFields & { readonly reason?: Reason }
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
