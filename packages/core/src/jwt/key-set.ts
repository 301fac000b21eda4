import type { CryptoKey } from 'jose'

/** One key that can verify. */
export interface VerificationKey {
  /** `null`: the only key of its issuer, whatever id a token names. */
  readonly kid: string | undefined | null
  /** What it may be used with (RFC 8725 §3.1). */
  readonly algorithms: readonly string[]
  /** The same key, bound to one of its algorithms. */
  readonly import: (alg: string) => Promise<CryptoKey | Uint8Array>
}

/** An issuer's keys. */
export interface KeySet {
  /** Changes with the keys; `null` while a call has to wait for them. */
  readonly version: () => number | null
  /**
   * @param left ms that the call may wait
   * @throws KeysUnavailable
   */
  readonly current: (left: number) => Promise<readonly VerificationKey[]>
  /**
   * The keys as published after `since` (a reading of `performance.now`), for a token that none of
   * the current ones fits; `null`: there are no newer ones.
   * @throws KeysUnavailable where no fetch has succeeded since
   */
  readonly newer: (
    kid: string | undefined,
    since: number,
  ) => Promise<readonly VerificationKey[] | null>
}

/** Keys that never change. */
export function staticKeySet(keys: readonly VerificationKey[]): KeySet {
  return { version: () => 0, current: async () => keys, newer: async () => null }
}
