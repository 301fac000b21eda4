import { createLocalJWKSet, type JWK, type JWTVerifyGetKey } from 'jose'

/** An issuer's public keys. */
export interface KeySet {
  readonly find: JWTVerifyGetKey
  /** Changes with the keys; `null` while they are not known to be current. */
  readonly version: () => number | null
  /** Fetches so far: a key that is not found without one is unknown, not refused. */
  readonly fetches: () => number | null
}

export function staticKeySet(keys: readonly JWK[]): KeySet {
  const find = createLocalJWKSet({ keys: [...keys] })
  return { find, version: () => 0, fetches: () => null }
}
