import type { CryptoKey, JWK } from 'jose'

/** A key pair of the Web Crypto API. Its private key need not be extractable. */
export interface SigningKeyPair {
  /** The id of the key, as in the header `kid` (RFC 7515 §4.1.4). */
  readonly kid: string
  /** An asymmetric JWS algorithm (RFC 7518 §3.1, RFC 9864) that fits the key, such as `ES256`. */
  readonly alg: string
  readonly privateKey: CryptoKey
  readonly publicKey: CryptoKey | JWK
}

/** A key management service (KMS), or anything else that signs with a private key that it does not give out. */
export interface SigningService {
  /** The id of the key, as in the header `kid` (RFC 7515 §4.1.4). */
  readonly kid: string
  /** An asymmetric JWS algorithm (RFC 7518 §3.1, RFC 9864) that fits the key, such as `ES256`. */
  readonly alg: string
  /** Its public key: `jwks()` publishes it, and each signature is verified with it. */
  readonly publicKey: CryptoKey | JWK
  /**
   * Signs the bytes; the service hashes them, by the hash of `alg`. It is called once for each token, and the call
   * waits for it until its deadline. `rotate` calls it before it changes the store, and so does `issue`,
   * except on an evicting store: there it is called once the store has acknowledged the token's records.
   * @param signal is aborted when no call waits any more
   * @returns the signature, as in RFC 7518 §3 and RFC 8037 §3.1; for ECDSA also as DER, as most services return it
   */
  sign(input: Uint8Array, signal: AbortSignal): Uint8Array | Promise<Uint8Array>
}

/** A key of an issuer: a JWK (RFC 7517) with `alg` and `kid`, a pair of the Web Crypto API, or a service. */
export type SigningKey = JWK | SigningKeyPair | SigningService

/** The first key signs, all of them verify. A public JWK only verifies. */
export type SigningKeyList = readonly [SigningKey, ...SigningKey[]]

/**
 * Returns the keys that are in use now, for instance from your secret store: keys change without a restart.
 * Tokenward calls it when the instance is created, again when the keys are used and 5 minutes old, and for a
 * token whose `kid` is unknown, at most twice a second. If it fails, or returns no usable keys, or takes
 * more than 4 seconds, the last keys are used for `keySetMaxAge`.
 *
 * A key that comes first signs once this instance has published it for 15 minutes; until then the next key
 * signs that it has known for as long, if there is one.
 * @param signal is aborted after 4 seconds, and when the instance is closed
 * @example
 * keys: async (signal) => JSON.parse(await readFile('/run/secrets/keys.json', { encoding: 'utf8', signal })).keys
 */
export type LoadSigningKeys = (signal: AbortSignal) => SigningKeyList | Promise<SigningKeyList>
