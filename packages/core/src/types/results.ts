import type { Finding } from '../adapter/capabilities.ts'
import type { Reason } from '../decision/types.ts'
import type { RevocationScope } from '../scopes/scopes.ts'
import type { RevocationNote } from './revoke-options.ts'

/**
 * The registered claims of a token, as they were signed (RFC 7519 §4.1, RFC 9068 §2.2). Dates are
 * NumericDates, in seconds since 1970. Frozen.
 */
export interface Claims {
  /** Issuer. */
  readonly iss: string
  /** Expiration time, in seconds since 1970. */
  readonly exp: number
  /** Issue time, in seconds since 1970. */
  readonly iat: number
  /** Subject: the user. */
  readonly sub?: string
  /** Audience. */
  readonly aud?: string | readonly string[]
  /** Token id. */
  readonly jti?: string
  /** Not valid before this time, in seconds since 1970. */
  readonly nbf?: number
  /** Client (RFC 9068 §2.2). */
  readonly client_id?: string
  /** Space-separated values (RFC 6749 §3.3). */
  readonly scope?: string
  /** The session that the token belongs to: `revoke({ session: sid })` revokes it. */
  readonly sid?: string
}

/** Which requirement a token did not meet. Log it, but do not send it to the client of a token. */
export interface Mismatch {
  /** With `invalid-claims`: the name of the claim, or `typ` for the header. */
  readonly claim?: string
  /** With `invalid-claims`: the expected value. With `insufficient-scope`: the missing values. */
  readonly expected?: string
}

/** A token that is not accepted, and why. */
export interface Inactive extends Mismatch {
  readonly active: false
  readonly reason: Reason
  /** The scope of the record that decided, if a record did. */
  readonly decidedBy?: RevocationScope
  /** Since when it is revoked or consumed, in ms since 1970. */
  readonly at?: number
  /** What was noted with the revocation. */
  readonly note?: RevocationNote
}

/** A token that is accepted. */
export interface Active<C extends object = object, D extends object = object> {
  readonly active: true
  /**
   * `false`: the store was unavailable, and the token was accepted without it because of
   * `onUnavailable: 'accept'`. It may be revoked.
   */
  readonly storeChecked: boolean
  /** The claims as they were signed. Frozen. */
  readonly claims: Claims & C
  /** In ms since 1970. */
  readonly expiresAt: number
  /** With the option `data`: `null` where there is none, or where it cannot be opened. */
  readonly data?: D | null
  /** With the option `data`, where there is one. */
  readonly label?: string
}

/** The result of {@link Tokenward.verify} and {@link Tokenward.consume}: look at `active` first. */
export type VerifyResult<C extends object = object, D extends object = object> =
  | Active<C, D>
  | Inactive

/** An access token, as {@link Tokenward.issue} returns it. */
export interface Issued {
  readonly accessToken: string
  /** The id of the access token, for `revoke({ jti })`. */
  readonly jti: string
  /** The lifetime of the access token in seconds, as `expires_in` (RFC 6749 §5.1). */
  readonly expiresIn: number
  /** When the access token expires, in ms since 1970. */
  readonly expiresAt: number
}

/** A session with its current tokens, as {@link Tokenward.issue} and {@link Tokenward.rotate} return it. */
export interface Login extends Issued {
  readonly refreshToken: string
  readonly subject: string
  readonly client: string
  /** The id of the session, as in the claim `sid`, for `revoke({ session })`. */
  readonly session: string
  /** When the session ends, however often it is refreshed, in ms since 1970. */
  readonly endsAt: number
}

/**
 * The result of {@link Tokenward.rotate}. `retried`: the refresh token had been rotated already, within
 * the grace period, and its successor is returned again.
 */
export type RotateResult = Inactive | ({ readonly active: true; readonly retried: boolean } & Login)

/** The result of {@link Tokenward.revoke}. */
export interface Revoked {
  readonly revoked: true
  /** The scope that was revoked: for a refresh token this is its `session`. */
  readonly target: RevocationScope
  /**
   * Since when it is revoked, in ms since 1970. Tokens and sessions keep their first revocation, wider
   * scopes their latest.
   */
  readonly at: number
  /** Whether this call revoked it; `false`: an earlier or concurrent revocation covers it. */
  readonly first: boolean
  /** What was noted with the revocation at `at`. Missing if it is sealed and another call noted it. */
  readonly note?: RevocationNote
  /** With a lease: how long it waited for instances that had read before, in ms. See `cache`. */
  readonly waited?: number
  /** With `except`: how many sessions and tokens were revoked. */
  readonly count?: number
}

/** The result of {@link Tokenward.revoke} for a token that could not be accepted anyway. */
export interface NotRevoked extends Mismatch {
  readonly revoked: false
  readonly reason: Reason
}

/** The result of {@link Tokenward.save}. `expiresAt` is in ms since 1970. */
export type SaveResult =
  | { readonly saved: true; readonly expiresAt: number }
  | (Mismatch & {
      readonly saved: false
      readonly reason: Reason
      readonly decidedBy?: RevocationScope
    })

/** The result of {@link Tokenward.prune}. */
export interface Pruned {
  /** How many records were deleted, or with `dryRun` could be. */
  readonly deleted: number
  /** The limit was reached: call again. */
  readonly more: boolean
}

/** The result of {@link prepare}. */
export interface Prepared {
  /** The statements that create the schema and its grants, in the language of the store. */
  readonly statements: readonly string[]
  /**
   * What was done about the root record, or with `dryRun` would be. `raised`: it now allows longer
   * lifetimes. `leased`: it now allows another lease. `made` or `replaced` (it was corrupt): every token that was issued before is revoked.
   */
  readonly root: 'present' | 'made' | 'raised' | 'leased' | 'replaced'
  /** What was found in the settings of the store. */
  readonly findings: readonly Finding[]
}
