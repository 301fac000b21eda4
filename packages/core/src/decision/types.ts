import type { Lookup } from '../records/body.ts'
import type { Cutoff, RevocationInfo } from '../records/cutoff.ts'
import type { EpochSnapshot } from '../records/epochs.ts'
import type { Root } from '../records/root.ts'
import type { Session } from '../records/session.ts'
import type { Token } from '../records/token.ts'
import type { CutoffScope, RevocationScope } from '../scopes/scopes.ts'

/**
 * Why a token is not accepted. Log it, but respond to clients with the same 401 for all of them, except
 * for `insufficient-scope` (RFC 6750 §3.1).
 * - `malformed`: not a compact JWS (RFC 7515 §3.1), or longer than 16,384 characters
 * - `untrusted`: unknown issuer or key, forbidden header, or an algorithm that does not fit the key
 * - `signature`: the signature is wrong
 * - `invalid-claims`: wrong `typ`, audience, client, dates or lifetime, or a claim of the wrong type;
 *   `claim` names it
 * - `insufficient-scope`: a required scope value is missing; `expected` names it
 * - `expired`: past `exp` and leeway
 * - `revoked`: revoked; `decidedBy` names the scope
 * - `reused`: a refresh token that was presented again too late; its session is revoked
 * - `consumed`: used by `consume`, or exchanged by `rotate`
 * - `stale-claims`: privileges may have changed since the claims were computed: pass a function as the
 *   `claims` of `rotate`; the refresh token stays valid
 * - `not-found`: a required record is missing
 * - `corrupt`: a record cannot be decoded
 */
export type Reason =
  | 'malformed'
  | 'untrusted'
  | 'signature'
  | 'invalid-claims'
  | 'insufficient-scope'
  | 'expired'
  | 'revoked'
  | 'reused'
  | 'consumed'
  | 'stale-claims'
  | 'not-found'
  | 'corrupt'

/** What the signed claims of a token, or its record, tell about it. Times are in ms since 1970. */
export interface TokenFacts {
  readonly kind: 'access' | 'refresh'
  /** The epochs when it was issued. `null`: an external token, whose issue time is compared instead. */
  readonly issuedUnder: EpochSnapshot | null
  /** `null`: read from a record that does not contain it. */
  readonly issuedAt: number | null
  /** When its session began; `issuedAt` for a token without a session. */
  readonly loginAt: number | null
  readonly validFrom: number | null
  readonly expiresAt: number
  /** The longest lifetime that its issuer may give, in ms. */
  readonly maxLifetime: number
  readonly generation: number | null
  /** The record without which the token is refused. */
  readonly requiredRecord: 'token' | 'session' | 'none'
}

/** The stored records about a token, read after the call began. */
export interface Evidence {
  /** `null`: an evicting store has lost it. */
  readonly root: Root | null
  /** Including the root record, as `global`. */
  readonly cutoffs: ReadonlyMap<CutoffScope, Lookup<Cutoff>>
  readonly token: Lookup<Token>
  /** `undefined`: not read. */
  readonly session?: Lookup<Session>
}

/** The parts of the policy that decide about a token. Durations are in ms. */
export interface Rules {
  readonly leeway: number
  readonly skew: number
  readonly grace: number
  /** For evicting stores: a missing cutoff, or a missing epoch in it, means refused. */
  readonly missingMeansRefused: boolean
}

export interface Refusal {
  readonly active: false
  readonly reason: Reason
  readonly decidedBy?: RevocationScope
  readonly info?: RevocationInfo
  /** With `invalid-claims`: the name of the claim, or `typ` for the header. */
  readonly claim?: string
  /** The expected value of the claim, or the missing values of `scope`. For the application only. */
  readonly expected?: string
}

export type Decision = { readonly active: true } | Refusal
