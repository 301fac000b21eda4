import type { JWK } from 'jose'
import type { TokenRepository } from '../adapter/contract.ts'
import type { Duration } from '../input/duration.ts'
import type { OneOrMany } from './call-options.ts'
import type { SealingKeys } from './sealing.ts'
import type { LoadSigningKeys, SigningKeyList } from './signing.ts'

/**
 * The key pairs of an issuer, as JWKs (RFC 7517) with `alg` and `kid`. The first one signs, all of
 * them verify. To rotate keys, add the new key last; put it first when every process has it; remove the
 * old one when `health()` or `tokenward doctor` reports that it may be removed.
 * @example
 * const keys = await generateKeys()
 */
export type SigningKeys = readonly [JWK, ...JWK[]]

/** How long the tokens of this issuer are valid. */
export interface Lifetimes {
  /**
   * The lifetime of an access token. `issue({ lifetime })` can make it shorter, never longer.
   * @default '15m'
   */
  readonly access?: Duration
  /**
   * The lifetime of one refresh token. Each rotation starts it anew.
   * @default '30d'
   */
  readonly refresh?: Duration
  /**
   * The lifetime of a session, however often its refresh token is rotated.
   * @default '90d'
   */
  readonly session?: Duration
}

/** The options of {@link createTokenward} and {@link prepare}. */
export interface TokenwardOptions {
  /**
   * The issuer of your tokens, as in the claim `iss` (RFC 7519 §4.1.1): an https URL without query and
   * fragment. A loopback host may use http.
   */
  readonly issuer: string
  /** The store, as made by an adapter: `memory()`, `postgres(url)`, …. */
  readonly repository: TokenRepository
  /**
   * Private JWKs to sign and verify. A key pair of the Web Crypto API or a service that signs takes the place
   * of a JWK, and a function returns a list that changes without a restart. To verify only: public JWKs, or the
   * URL of a JWK set.
   * @example
   * keys: await generateKeys() // for development and tests
   * keys: () => readKeys() // see LoadSigningKeys
   * keys: [{ kid: 'kms-1', alg: 'ES256', publicKey, sign: (input) => kms.sign(input) }]
   * keys: new URL('https://auth.example.com/.well-known/jwks.json')
   */
  readonly keys: SigningKeyList | LoadSigningKeys | URL
  /**
   * The audience of your access tokens, as in the claim `aud` (RFC 7519 §4.1.3). `verify` accepts a
   * token that names one of these.
   * @default the issuer
   */
  readonly audience?: OneOrMany
  /**
   * `allowlist`: every token is stored, and a token without a record is refused. `denylist`: only
   * revocations are stored, and a token without a record is accepted.
   * @default 'allowlist'
   */
  readonly policy?: 'allowlist' | 'denylist'
  /** How long tokens and sessions are valid. */
  readonly lifetimes?: Lifetimes
  /**
   * The grace period: for how long after a rotation the old refresh token still gets the same
   * successor, because the first response may have been lost. After it the token is refused, and once
   * `skew` has also passed, it counts as reused: its session is revoked (RFC 9700 §4.14). From `0s` to
   * `1h`.
   * @default '10s'
   */
  readonly grace?: Duration
  /**
   * How long after `exp`, and before `nbf`, a token is still accepted, because clocks differ. It never
   * delays a revocation. From `0s` to `60s`.
   * @default '0s'
   */
  readonly leeway?: Duration
  /**
   * By how much the clocks of issuers and of your servers may differ. From `0s` to `15m`.
   * @default '5s'
   */
  readonly skew?: Duration
  /**
   * How long one call may wait for the store and for key sets, in all. After it the call rejects with
   * `TOKENWARD_STORE_UNAVAILABLE`, `TOKENWARD_WRITE_INDETERMINATE` or `TOKENWARD_KEYS_UNAVAILABLE`.
   * From `1ms` to `5m`.
   * @default '1s'
   */
  readonly deadline?: Duration
  /**
   * A secret of 32 bytes or more. With it, all keys in the store are made by HMAC-SHA-256, and a reader
   * of the store cannot test guesses at user names. A store must be used with the pepper that it was
   * prepared with.
   * @default none: keys are made by SHA-256
   */
  readonly pepper?: Uint8Array
  /**
   * The keys that encrypt what belongs to a token in the store: your `data` and `label`, the names of
   * subject, client and session, and the notes of revocations (JWE, RFC 7516). The first one seals, all of
   * them open. Without keys an instance verifies, issues, rotates and revokes just the same, but cannot
   * store or read `data`.
   * @default none: nothing is sealed, and notes are stored in plain text
   */
  readonly sealing?: SealingKeys
  /**
   * The largest `data` of a token, in bytes of JSON, from 1 to what the store can hold.
   * @default 16384
   */
  readonly maxDataBytes?: number
  /**
   * What `verify` does while the store is unavailable. `refuse`: it rejects with
   * `TOKENWARD_STORE_UNAVAILABLE`. `accept`: it accepts a token by its signature and claims alone,
   * sets `storeChecked: false` in the result, and emits `failedOpen`. A revoked token is then
   * accepted. No other method ever accepts without the store.
   * @default 'refuse'
   */
  readonly onUnavailable?: 'refuse' | 'accept'
  /** External issuers whose access tokens you accept and can revoke. Make each one by {@link trust}. */
  readonly trust?: readonly TrustedIssuer[]
  /**
   * For how long the last key set that was fetched from a URL, or that the function `keys` returned, is used
   * while no newer one can be obtained, from `10m` to `30d`. A key that is withdrawn meanwhile stays accepted
   * for as long. While its source answers, a key set is obtained again every 5 to 10 minutes.
   * @default '24h'
   */
  readonly keySetMaxAge?: Duration
  /**
   * Fetches key sets and the metadata of issuers in place of the global `fetch`: for a proxy, a private
   * certificate authority, or tests. Calls end at their deadline even if it never settles.
   * @default globalThis.fetch
   */
  readonly fetch?: typeof globalThis.fetch
  /**
   * How many verified signatures are cached in memory, so that a token that comes again is not checked
   * by its public key again: those of at least so many tokens that came last, and of at most twice as
   * many. Revocations are never cached. `0` turns the cache off.
   * @default 1000
   */
  readonly signatureCache?: number
  /**
   * Which calls to the store share a round trip. `turn`: all of one turn of the event loop, so that 64
   * verifications cost little more than one. `operation`: only those of one operation, for hosts on which a
   * request must not wait for what another request has asked for, such as Cloudflare Workers.
   * @default 'turn'
   */
  readonly batch?: 'turn' | 'operation'
  /**
   * Lets `verify` answer from memory. See {@link CacheOptions}.
   * @default none: every verification asks the store
   */
  readonly cache?: CacheOptions
  /**
   * The time, in ms since 1970. Give your own in tests.
   * @default Date.now
   */
  readonly clock?: () => number
}

/** For how long `verify` uses again what it has read. */
export interface CacheOptions {
  /**
   * The records about an access token are used again by verifications that begin less than this after the
   * read of them was sent. Revocations keep their promise: `revoke`, `consume`, `erase` and the end of
   * a session whose refresh token was reused resolve only after the lease has passed, on every instance. From
   * `0s` to `10s`. A lease that is longer than the store was prepared for is refused: run `prepare`. It is
   * used 15 minutes later, when no call that knows the earlier one is under way.
   */
  readonly lease: Duration
}

/** The options of {@link trust}: what the tokens of an external issuer look like. */
export interface TrustOptions {
  /** The audiences that you accept: one of these must be in `aud`, or in the `audienceClaim`. */
  readonly audience: OneOrMany
  /**
   * The claim that names the audience, for issuers that set no `aud` in access tokens. For Amazon
   * Cognito it is `client_id`.
   * @default 'aud' (RFC 7519 §4.1.3)
   */
  readonly audienceClaim?: string
  /** The longest lifetime (`exp - iat`) that you accept. Revocations are kept for as long. */
  readonly maxLifetime: Duration
  /**
   * The public keys of the issuer, or the URL of its JWK set.
   * @default discovery by the issuer's metadata (RFC 8414, OpenID Connect Discovery)
   */
  readonly jwks?: URL | { readonly keys: readonly JWK[] }
  /**
   * The secret of a legacy issuer whose tokens are signed with HS256 (RFC 7518 §3.2), 32 bytes or
   * more; it only verifies. Every party that can verify such a token can also forge one: use it only
   * until the issuer has public keys. It excludes `jwks` and `algorithms`, because an issuer has one
   * kind of key (RFC 8725 §2.1).
   */
  readonly legacyHs256Secret?: Uint8Array
  /**
   * The asymmetric JWS algorithms that you accept (RFC 7518 §3.1).
   * @default ES256, ES384, ES512, PS256, PS384, PS512, RS256, RS384, RS512, EdDSA and Ed25519
   */
  readonly algorithms?: readonly string[]
  /**
   * The header `typ` that tokens must have (RFC 9068 §2.1). `null` accepts any.
   * @default 'at+jwt'
   */
  readonly typ?: string | null
  /**
   * The claim that identifies a token.
   * @default 'jti' (RFC 7519 §4.1.7)
   */
  readonly jti?: string
  /**
   * The claim that names the client.
   * @default 'client_id' (RFC 9068 §2.2)
   */
  readonly client?: string
  /**
   * The claim that names the session.
   * @default 'sid' (OpenID Connect Back-Channel Logout 1.0 §2.4)
   */
  readonly session?: string
  /**
   * The claim with the values of `scope`: a string in which spaces separate them, or a list of strings.
   * @default 'scope' (RFC 9068 §2.2.3)
   */
  readonly scope?: string
  /**
   * Claims that tokens must have: a string is the exact value, `true` accepts any value. It tells access
   * tokens from ID tokens and others that the issuer signs with the same keys (RFC 8725 §3.12).
   * @default none
   * @example
   * requiredClaims: { token_use: 'access' }
   */
  readonly requiredClaims?: Readonly<Record<string, string | true>>
}

/** An external issuer, as {@link trust} makes it. */
export interface TrustedIssuer extends TrustOptions {
  /** Exactly what the tokens carry as `iss`. */
  readonly issuer: string
}
