import type { JWK } from 'jose'

/** What a wrapped key belongs to, for the encryption context of a key management service. */
export interface KeyContext {
  /** The namespace of the repository. */
  readonly namespace: string
}

/**
 * A key management service (KMS), or anything else that wraps keys with a key that it does not give out.
 * One data key per process and hour is wrapped; it seals thousands of records.
 */
export interface KeyManagement {
  /** The id of the wrapping key, 1 to 128 printable ASCII characters. It is stored with each record. */
  readonly id: string
  /**
   * Encrypts a key of 32 bytes.
   * @returns at most 4,096 bytes
   */
  wrap(key: Uint8Array, context: KeyContext): Uint8Array | Promise<Uint8Array>
  /** Decrypts what {@link wrap} returned. */
  unwrap(wrapped: Uint8Array, context: KeyContext): Uint8Array | Promise<Uint8Array>
}

/**
 * A key that seals what belongs to a token: a secret JWK (RFC 7518 §6.4) with `kty: 'oct'`, 32 bytes as
 * `k`, and a `kid`; or a {@link KeyManagement}.
 */
export type SealingKey = JWK | KeyManagement

/**
 * The first key seals, all of them open. To rotate keys, put the new one first, run `tokenward reseal`,
 * and remove the old one when `tokenward doctor` reports that it may be removed.
 * @example
 * sealing: [generateSealingKey()] // for development and tests
 * sealing: { id: 'alias/tokenward', wrap: (key) => kms.encrypt(key), unwrap: (key) => kms.decrypt(key) }
 */
export type SealingKeys = SealingKey | readonly [SealingKey, ...SealingKey[]]
