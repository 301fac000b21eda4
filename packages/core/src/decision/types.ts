import type { Lookup } from '../records/body.ts'
import type { Cutoff, RevocationInfo } from '../records/cutoff.ts'
import type { EpochSnapshot } from '../records/epochs.ts'
import type { Root } from '../records/root.ts'
import type { Session } from '../records/session.ts'
import type { Token } from '../records/token.ts'
import type { CutoffScope, RevocationScope } from '../scopes/scopes.ts'

export type Reason =
  /** Not a compact JWS, or too long. */
  | 'malformed'
  /** Unknown issuer or key, forbidden header, algorithm not of that key. */
  | 'untrusted'
  | 'signature'
  /** Wrong `typ`, `aud`, `nbf`, lifetime, or a claim of the wrong type: see {@link Refusal.claim}. */
  | 'invalid-claims'
  /** Without a `scope` that the verifier demands (RFC 6750 §3.1: `insufficient_scope`). */
  | 'insufficient-scope'
  /** No record, where one is needed. */
  | 'not-found'
  | 'corrupt'
  | 'revoked'
  /** A refresh token came again after its grace window; its session is revoked. */
  | 'reused'
  /** Used up, or followed by a successor. */
  | 'consumed'
  /** Privileges changed since the claims were obtained: give `rotate` a function. Not used up. */
  | 'stale-claims'
  | 'expired'

/** What a token with a good signature says of itself. Instants in epoch ms. */
export interface TokenFacts {
  readonly kind: 'access' | 'refresh'
  /** The epochs when it was issued. `null`: an external token, judged by its issue time. */
  readonly issuedUnder: EpochSnapshot | null
  /** `null` only for a stored record that does not know it. */
  readonly issuedAt: number | null
  /** Of its session; `issuedAt` where it has none. */
  readonly loginAt: number | null
  readonly validFrom: number | null
  readonly expiresAt: number
  /** The longest lifetime that its issuer may give, ms. */
  readonly maxLifetime: number
  readonly generation: number | null
  /** External tokens need no record of their own. */
  readonly requiredRecord: 'token' | 'session' | 'none'
}

/** What stood in the store, read after the judgement began. */
export interface Evidence {
  /** `null`: gone, from a store that may forget. */
  readonly root: Root | null
  /** With the root, as `global`. */
  readonly cutoffs: ReadonlyMap<CutoffScope, Lookup<Cutoff>>
  readonly token: Lookup<Token>
  /** `undefined`: not asked for. */
  readonly session?: Lookup<Session>
}

/** Durations in ms. */
export interface Rules {
  readonly leeway: number
  readonly skew: number
  readonly grace: number
  /** Evicting stores: a cutoff that is gone, or has an epoch missing, refuses. */
  readonly missingMeansRefused: boolean
}

export interface Refusal {
  readonly active: false
  readonly reason: Reason
  readonly decidedBy?: RevocationScope
  readonly info?: RevocationInfo
  /** `invalid-claims`: which one (`typ` is the header's). */
  readonly claim?: string
  /** What was wanted of the claim, or the `scope` that is missing. For the application, not for its client. */
  readonly expected?: string
}

export type Decision = { readonly active: true } | Refusal
