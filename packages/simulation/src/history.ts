import type { RevocationScope } from '@tokenward/core'

/** A token that some operation returned to its caller. */
export interface KnownToken {
  /** For the trace: `A1`, `R1.2`, `L1`. */
  readonly name: string
  /** `saved`: signed before there was an instance; active once it was saved. */
  readonly kind: 'access' | 'refresh' | 'saved'
  readonly text: string
  readonly jti: string
  readonly session: string | null
  readonly generation: number | null
  readonly subject: string
  readonly client: string
  /** ms since 1970. */
  readonly expiresAt: number
  /** ms since 1970; of a successor, its session's. */
  readonly loginAt: number
  /** Whether access claims were given at login, and how. */
  readonly claims: Claims
  /** The operation that started its session; its own where it has none. */
  readonly login: Operation
  /** The operation that made it. */
  readonly by: Operation
}

export type Claims = 'none' | 'object' | 'function'

/** The target of a revocation. */
export interface Revocation {
  readonly scope: RevocationScope
  readonly kind: 'now' | 'access' | 'before'
  readonly before: number | null
  /** One token of the scope: its subject, client, session or id is the target. */
  readonly of: KnownToken
  /**
   * The version of privileges that every access token of the scope must have once it is acknowledged.
   */
  readonly privileges: number
}

export type What =
  | 'issue'
  | 'verify'
  | 'consume'
  | 'rotate'
  | 'revoke'
  | 'save'
  | 'prune'
  | 'update'

/** One call of an instance, from its invocation to its answer: instants are steps of the schedule. */
export interface Operation {
  readonly id: number
  readonly machine: string
  readonly what: What
  readonly token: KnownToken | null
  readonly revocation: Revocation | null
  readonly idempotency: string | null
  /** Whether a rotation was given a function for its claims. */
  readonly givesClaims: boolean
  readonly invoked: number
  /** `Infinity`: it never answered. */
  returned: number
  /** The range of the machine's clock during the operation, ms. */
  earliest: number
  latest: number
  /** The time of that clock when it returned, ms. */
  ended: number
  /** Whether a call of its machine failed meanwhile. */
  disturbed: boolean
  /** How many calls of its machine were answered meanwhile. */
  answers: number
  answer: Answer | null
  error: unknown
}

/** The answer of any operation. */
export interface Answer {
  readonly active?: boolean
  readonly reason?: string
  /** Of a refusal. */
  readonly decidedBy?: RevocationScope
  /** Of a revocation. */
  readonly target?: RevocationScope
  readonly at?: number
  readonly note?: { readonly reason?: string }
  readonly retried?: boolean
  readonly revoked?: boolean
  readonly first?: boolean
  readonly saved?: boolean
  readonly deleted?: number
  readonly updated?: boolean
  readonly data?: { readonly count: number } | null
  readonly refreshToken?: string
  readonly accessToken?: string
  readonly jti?: string
  readonly session?: string
  readonly expiresAt?: number
  readonly endsAt?: number
  readonly claims?: Readonly<Record<string, unknown>>
}

/** What was done before a schedule begins. */
export interface PriorState {
  readonly operations: readonly Operation[]
  readonly tokens: readonly KnownToken[]
  /** The version of privileges that claims have now. */
  readonly privileges: number
}

/** Everything that a schedule's invariants are checked by. */
export interface History {
  readonly operations: readonly Operation[]
  readonly tokens: readonly KnownToken[]
  /** ms */
  readonly grace: number
  readonly denylist: boolean
  /** Some instances verified from memory, under a lease. */
  readonly isLeased: boolean
  /** No two clocks were further apart than `skew`, and none went back. */
  readonly together: boolean
  /** Steps between which the store lost its changes; `null`: it kept everything. */
  readonly reverted: { readonly to: number; readonly at: number } | null
  /** The last step at which the store evicted a record; `null`: it evicted none. */
  readonly lastEviction: number | null
  /** Writes that are never allowed, but were made. */
  readonly storeFaults: readonly string[]
  /** Pairs of results around a prune: the same token, the same clock. */
  readonly pruned: readonly (readonly [before: Operation, after: Operation])[]
}

/** What was violated, by the invariant's name. */
export interface Violation {
  readonly invariant: string
  readonly message: string
}
