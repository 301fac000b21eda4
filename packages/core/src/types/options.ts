import type { JWK } from 'jose'
import type { TokenRepository } from '../adapter/contract.ts'
import type { Duration } from '../input/duration.ts'
import type { OneOrMany } from './call-options.ts'

/** JWKs with `alg` and `kid` (RFC 7517). The first signs, all verify. */
export type SigningKeys = readonly [JWK, ...JWK[]]

export interface Lifetimes {
  /** Of an access token, at the most. Default: `15m`. */
  readonly access?: Duration
  /** Of a refresh token. Default: `30d`. */
  readonly refresh?: Duration
  /** Of a login, however often it is refreshed. Default: `90d`. */
  readonly session?: Duration
}

export interface TokenwardOptions {
  /** `iss`: an https URL (http on loopback). */
  readonly issuer: string
  readonly repository: TokenRepository
  /** Private JWKs to sign and verify; public JWKs, or the URL of a JWK set, to verify only. */
  readonly keys: SigningKeys | URL
  /** `aud` of access tokens. Default: the issuer. */
  readonly audience?: OneOrMany
  /** `allowlist`: every token is stored, unknown means refused. `denylist`: unknown means not revoked. Default: `allowlist`. */
  readonly policy?: 'allowlist' | 'denylist'
  readonly lifetimes?: Lifetimes
  /** How long a rotated refresh token still gives its own successor again. Default: `10s`; `0s` is allowed. */
  readonly grace?: Duration
  /** Added to `exp`, for clocks that differ; never to a revocation. Default: `0s`; at most `60s`. */
  readonly leeway?: Duration
  /** By how much clocks of issuers and of these machines may differ. Default: `5s`. */
  readonly skew?: Duration
  /** How long one operation may wait for the store, in all. Default: `1s`. */
  readonly deadline?: Duration
  /** HMAC key for every name in the store: 32 bytes or more. Default: plain SHA-256. */
  readonly pepper?: Uint8Array
  /** `accept`: `verify` alone accepts what it could not check, marked, with an event each time. Default: `refuse`. */
  readonly onUnavailable?: 'refuse' | 'accept'
  /** External issuers whose tokens are accepted and can be taken back: see {@link trust}. */
  readonly trust?: readonly TrustedIssuer[]
  /**
   * For how long the last good key set of a URL serves while no newer one can be fetched, from `10m`
   * to `30d`. A key that its issuer withdraws meanwhile is accepted for so long. An endpoint that
   * answers is asked every 5 to 10 minutes.
   * @default '24h'
   */
  readonly keySetMaxAge?: Duration
  /**
   * Fetches key sets and issuers' metadata, in place of the global `fetch`: for a proxy, a private
   * certificate authority, or tests. Whatever it does, a call ends at its deadline.
   * @default globalThis.fetch
   */
  readonly fetch?: typeof globalThis.fetch
  /** How many verified signatures are remembered. Default: `1000`; `0` turns it off. */
  readonly signatureCache?: number
  /** Epoch ms. Default: `Date.now`. */
  readonly clock?: () => number
}

export interface TrustOptions {
  /** One of these must be in `aud`, or in the claim that `audienceClaim` names. */
  readonly audience: OneOrMany
  /**
   * The claim that says for whom a token is, where the issuer sets no `aud` in access tokens: Amazon
   * Cognito's are for their `client_id`.
   * @default 'aud' (RFC 7519 §4.1.3)
   */
  readonly audienceClaim?: string
  /** The longest `exp - iat` that is accepted. */
  readonly maxLifetime: Duration
  /** Where the keys are, or the keys. Default: discovery (RFC 8414, OpenID Connect Discovery). */
  readonly jwks?: URL | { readonly keys: readonly JWK[] }
  /**
   * The secret of a legacy issuer whose tokens are signed with HS256 (RFC 7518 §3.2), 32 bytes or
   * more, to verify with only. Everybody who can verify such a token can also forge one: use it while
   * those tokens last. Excludes `jwks` and `algorithms`: an issuer has one kind of key (RFC 8725 §2.1).
   */
  readonly legacyHs256Secret?: Uint8Array
  /** JWS algorithms (RFC 7518); asymmetric alone. Default: the usual asymmetric ones. */
  readonly algorithms?: readonly string[]
  /** The `typ` header (RFC 9068 §2.1). Default: `at+jwt`. `null`: none demanded. */
  readonly typ?: string | null
  /** The claim that identifies a token. Default: `jti`. */
  readonly jti?: string
  /** The claim that names the client. Default: `client_id`. */
  readonly client?: string
}

/** Made by {@link trust}. */
export interface TrustedIssuer extends TrustOptions {
  readonly issuer: string
}
