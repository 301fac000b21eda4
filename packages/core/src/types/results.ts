import type { Capabilities, Finding } from '../adapter/capabilities.ts'
import type { RecordKind, RecordState } from '../adapter/contract.ts'
import type { Reason } from '../decision/types.ts'
import type { RevocationScope } from '../scopes/scopes.ts'
import type { RevocationNote } from './revoke-options.ts'

/** Registered claims as signed (RFC 7519 §4.1, RFC 9068 §2.2): NumericDates in seconds. Frozen. */
export interface Claims {
  readonly iss: string
  readonly exp: number
  readonly iat: number
  readonly sub?: string
  readonly aud?: string | readonly string[]
  readonly jti?: string
  readonly nbf?: number
  readonly client_id?: string
  readonly scope?: string
  /** The session (session) that the token belongs to. */
  readonly sid?: string
}

interface Why {
  /** `invalid-claims`: which one. `typ` is the header's. */
  readonly claim?: string
  /** What was wanted of the claim, or the missing scope. For logs: tell a client no more than the reason. */
  readonly expected?: string
}

/** Refused, and why. */
export interface Inactive extends Why {
  readonly active: false
  readonly reason: Reason
  /** Which revocation scope decided, where one did. */
  readonly decidedBy?: RevocationScope
  /** Since when: epoch ms. */
  readonly at?: number
  readonly note?: RevocationNote
}

export interface Active<C extends object = object> {
  readonly active: true
  /** `false`: the store could not be asked, and the application chose to accept. */
  readonly storeChecked: boolean
  readonly claims: Claims & C
  /** Epoch ms. */
  readonly expiresAt: number
}

export type VerifyResult<C extends object = object> = Active<C> | Inactive

export interface Issued {
  readonly accessToken: string
  readonly jti: string
  /** Seconds, as `expires_in` (RFC 6749 §5.1). */
  readonly expiresIn: number
  /** Epoch ms. */
  readonly expiresAt: number
}

export interface Login extends Issued {
  readonly refreshToken: string
  readonly subject: string
  readonly client: string
  /** `sid`: names this login in `revoke({ session })`. */
  readonly session: string
  /** The login's absolute end, epoch ms. */
  readonly endsAt: number
}

/** `retried`: the refresh token had been rotated within the grace window; its successor is the same. */
export type RotateResult = Inactive | ({ readonly active: true; readonly retried: boolean } & Login)

export interface Revoked {
  readonly revoked: true
  /** What was revoked. */
  readonly target: RevocationScope
  /** When it was revoked first (tokens, sessions) or last (wider scopes): epoch ms. */
  readonly at: number
  /** This call did it. */
  readonly first: boolean
  readonly note?: RevocationNote
}

export interface NotRevoked extends Why {
  readonly revoked: false
  readonly reason: Reason
}

export type SaveResult =
  | { readonly saved: true; readonly expiresAt: number }
  | (Why & { readonly saved: false; readonly reason: Reason; readonly decidedBy?: RevocationScope })

/** One record that was looked up, and what it says of the token. */
export interface RecordCheck {
  readonly scope: RevocationScope
  /** The key in the store. */
  readonly record: string
  /** The stored state; `none`: there is no record. */
  readonly found: 'none' | 'corrupt' | RecordState
  readonly result: 'not-applicable' | 'not-revoked' | Reason
  /** Whether this record decided the answer. */
  readonly decisive: boolean
  readonly at?: number
  readonly note?: RevocationNote
}

export interface Explanation extends Why {
  readonly active: boolean
  readonly reason?: Reason
  readonly decidedBy?: RevocationScope
  readonly at?: number
  readonly note?: RevocationNote
  /** Empty where the token was refused before the store was asked. */
  readonly checks: readonly RecordCheck[]
}

export interface Listed {
  /** For `revoke({ record })`. */
  readonly record: string
  readonly kind: Extract<RecordKind, 'token' | 'session'>
  readonly active: boolean
  readonly reason?: Reason
  readonly decidedBy?: RevocationScope
  /** Of a session: when its present refresh token expires. Epoch ms. */
  readonly expiresAt: number
  /** Sessions: the absolute end, however often it is refreshed. Epoch ms. */
  readonly endsAt?: number
  readonly issuedAt?: number
  /** Sessions: how often it was refreshed, plus one. */
  readonly generation?: number
}

export interface Page {
  readonly items: readonly Listed[]
  /** For the next page; absent on the last. */
  readonly cursor?: string
}

export interface PruneOptions {
  /** At most so many records. @default all that are past; 100,000 with `dryRun` */
  readonly limit?: number
  /** Only counts. */
  readonly dryRun?: boolean
  /** Called after each batch with how many were deleted so far. */
  readonly onProgress?: (deleted: number) => void
}

export interface Pruned {
  readonly deleted: number
  /** The limit was reached: call again. */
  readonly more: boolean
}

/** Whether the tokens of an issuer can be verified. */
export interface IssuerHealth {
  readonly issuer: string
  /** There are keys to verify with, even if newer ones cannot be fetched. */
  readonly ok: boolean
  /** How many keys can verify. */
  readonly keys: number
  /** When the keys were fetched, ms since 1970; absent for keys that were given. */
  readonly fetchedAt?: number
  /** Why other keys of the set are not used. */
  readonly skipped?: readonly string[]
  /** Why there are no keys, or no newer ones. */
  readonly error?: Error
}

export interface Health {
  readonly ok: boolean
  readonly adapter: string
  readonly capabilities: Capabilities
  readonly findings: readonly Finding[]
  /** Whose tokens are accepted, this issuer first. */
  readonly issuers: readonly IssuerHealth[]
  /** Of one read, in ms. */
  readonly latency: number
  /** What is wrong with the store. */
  readonly error?: Error
}

export interface Prepared {
  /** What the schema needs, in the store's own language, with the grants. */
  readonly statements: readonly string[]
  /**
   * What was, or with `dryRun` would be, done about the root record. `made` or `replaced` (it could not
   * be decoded): every token that was issued before is revoked.
   */
  readonly root: 'present' | 'made' | 'raised' | 'replaced'
  readonly findings: readonly Finding[]
}
