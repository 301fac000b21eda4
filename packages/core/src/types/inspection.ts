import type { Capabilities, Finding } from '../adapter/capabilities.ts'
import type { RecordKind, RecordState } from '../adapter/contract.ts'
import type { Reason } from '../decision/types.ts'
import type { RevocationScope } from '../scopes/scopes.ts'
import type { Mismatch } from './results.ts'
import type { RevocationNote } from './revoke-options.ts'

/** The names of a token or session, and its label, as they are sealed in its record. */
export interface RecordNames {
  readonly subject?: string
  readonly client?: string
  /** Sessions: the id, as in the claim `sid`. */
  readonly session?: string
  /** Tokens: the id, as in the claim `jti`. */
  readonly jti?: string
  /** The `label` of the login. */
  readonly label?: string
  /**
   * What is sealed could not be opened: the id of the key that is missing or does not fit, or whose key
   * management service failed. Empty where even the id cannot be read.
   */
  readonly unreadable?: string
}

/** One record that {@link Tokenward.explain} read, and its result for the token. */
export interface RecordCheck {
  readonly scope: RevocationScope
  /** The key of the record in the store. */
  readonly record: string
  /** The stored state. `none`: there is no record. */
  readonly found: 'none' | 'corrupt' | RecordState
  /** What the record alone means for the token. `not-applicable`: a missing record that is not required. */
  readonly result: 'not-applicable' | 'not-revoked' | Reason
  /** Whether this record decided the result of the token. At most one has. */
  readonly decisive: boolean
  /** Since when it is revoked or consumed, in ms since 1970. */
  readonly at?: number
  /** What was noted with the revocation. Missing if it is sealed and the instance cannot open it. */
  readonly note?: RevocationNote
  /** Records of tokens and sessions: what is sealed in it. */
  readonly names?: RecordNames
}

/** The result of {@link Tokenward.explain}. */
export interface Explanation extends Mismatch {
  readonly active: boolean
  /** Missing if `active`. */
  readonly reason?: Reason
  /** The scope of the record that decided, if a record did. */
  readonly decidedBy?: RevocationScope
  /** Since when it is revoked or consumed, in ms since 1970. */
  readonly at?: number
  /** What was noted with the revocation. */
  readonly note?: RevocationNote
  /** The records that were read, widest scope first. Empty if the token was refused without the store. */
  readonly checks: readonly RecordCheck[]
}

/**
 * A stored token or session, as {@link Tokenward.list} returns it. It has names where the instance can
 * open what is sealed.
 */
export interface Listed extends RecordNames {
  /** The key of the record, for `revoke({ record })` and `explain({ record })`. */
  readonly record: string
  readonly kind: Extract<RecordKind, 'token' | 'session'>
  /** Whether the token, or the current refresh token of the session, is accepted now. */
  readonly active: boolean
  /** Missing if `active`. */
  readonly reason?: Reason
  /** The scope of the record that decided, if a record did. */
  readonly decidedBy?: RevocationScope
  /** When the token, or the current refresh token of the session, expires, in ms since 1970. */
  readonly expiresAt: number
  /** Sessions: when it ends, however often it is refreshed, in ms since 1970. */
  readonly endsAt?: number
  /** When the token was issued, or the session began, in ms since 1970. */
  readonly issuedAt?: number
  /** Sessions: 1 at login, and one more after each rotation. */
  readonly generation?: number
}

/** One page of a list. */
export interface Page {
  readonly items: readonly Listed[]
  /**
   * Pass it to {@link Tokenward.list} for the next page. Missing on the last page. With `kind`, or for a subject
   * at one client, a page may have fewer items than `limit`, or none, and still a cursor.
   */
  readonly cursor?: string
}

/** Whether the tokens of an issuer can be verified. */
export interface IssuerHealth {
  readonly issuer: string
  /** Whether there are keys to verify with, even if newer ones cannot be fetched. */
  readonly ok: boolean
  /** How many keys can verify. */
  readonly keys: number
  /** When the keys were fetched, in ms since 1970. Missing for a list of keys in your options. */
  readonly fetchedAt?: number
  /** Why other keys of the key set are not used. */
  readonly skipped?: readonly string[]
  /** Why there are no keys, or no newer ones. */
  readonly error?: Error
}

/** A key of this instance: what it is used for, and until when it is needed. */
export interface SigningKeyHealth {
  readonly kid: string
  readonly alg: string
  /**
   * `signs`: new tokens are signed with it. `announced`: it comes before the key that signs, and signs from
   * `signsFrom` on. `verifies`: tokens that it signed are accepted.
   */
  readonly status: 'signs' | 'announced' | 'verifies'
  /** Announced keys: in ms since 1970. */
  readonly signsFrom?: number
  /**
   * Keys that verify: from when on no token that it has signed is accepted any more, and you may remove it, in
   * ms since 1970, unless it is to sign later. It counts from when this instance last signed with it, or
   * has first seen it: a process that has just started gives a later time. Missing where no key signs.
   */
  readonly removableAt?: number
}

/** The result of {@link Tokenward.health}. */
export interface Health {
  /** Whether the store answers, its root record is readable, and each issuer has keys. */
  readonly ok: boolean
  /** The name of the adapter, such as `postgres`. */
  readonly adapter: string
  /** What the store can do with its current settings. */
  readonly capabilities: Capabilities
  /** What was found at the start. */
  readonly findings: readonly Finding[]
  /** The issuers whose tokens are accepted, the instance's own first. */
  readonly issuers: readonly IssuerHealth[]
  /** The instance's own keys, in their order. Empty where it verifies by the URL of its keys. */
  readonly signingKeys: readonly SigningKeyHealth[]
  /** How long one read took, in ms. */
  readonly latency: number
  /** What is wrong with the store. */
  readonly error?: Error
}
