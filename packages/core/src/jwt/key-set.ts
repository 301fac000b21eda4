import type { CryptoKey } from 'jose'

/** A key that can verify. */
export interface VerificationKey {
  /** `null`: the only key of its issuer, used for every key id. */
  readonly kid: string | undefined | null
  /** The algorithms that it may be used with (RFC 8725 §3.1). */
  readonly algorithms: readonly string[]
  /** The key for one of its algorithms. */
  readonly import: (alg: string) => Promise<CryptoKey | Uint8Array>
}

/** The keys of an issuer. */
export interface KeySet {
  /** Changes when the keys change. `null`: a call has to wait for the keys. */
  readonly version: () => number | null
  /**
   * @param remainingMs for how long the call may wait
   * @throws `TOKENWARD_KEYS_UNAVAILABLE`
   */
  readonly current: (remainingMs: number) => Promise<readonly VerificationKey[]>
  /**
   * The keys as published after `since` (on the clock of `performance.now()`), for a token that none of
   * the current keys fits. `null`: there are no newer keys.
   * @throws `TOKENWARD_KEYS_UNAVAILABLE`: no fetch has succeeded since then
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
