import type { SigningKeys, TokenwardOptions, TrustedIssuer } from '@tokenward/core'
import { sqlite } from '@tokenward/sqlite'
import { API } from '../provider/clients.ts'

/**
 * How long a rotated refresh token returns its own successor again. Long, because the result must not
 * depend on the speed of the machine: the demo moves the clock instead of waiting.
 */
export const GRACE_MS = 60_000
/** By how much the clocks of the provider and of the API's machines may differ. */
export const SKEW_MS = 1_000

export interface ApiSettings {
  /** The SQLite file, which every process of the API opens. */
  readonly database: string
  /** Private keys to issue tokens; public keys are enough to verify and revoke. */
  readonly keys: SigningKeys
  readonly trust: readonly TrustedIssuer[]
  readonly clock: () => number
}

export function tokenwardOptions({ database, keys, trust, clock }: ApiSettings): TokenwardOptions {
  return {
    issuer: API,
    keys,
    repository: sqlite(database),
    trust,
    grace: `${GRACE_MS}ms`,
    skew: `${SKEW_MS}ms`,
    deadline: '30s',
    clock,
  }
}
