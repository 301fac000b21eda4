import type { SigningKeys, TokenwardOptions, TrustedIssuer } from '@tokenward/core'
import { sqlite } from '@tokenward/sqlite'
import { API } from '../provider/clients.ts'

/**
 * How long a rotated refresh token still gives its own successor again, in ms: long, because the demo must
 * not depend on how busy the machine is. It moves the clock instead of waiting.
 */
export const GRACE = 60_000
/** By how much the clocks of the provider and of the API's machines may differ, in ms. */
export const SKEW = 1_000

export interface InstanceSettings {
  /** The SQLite file; every process of the API opens it. */
  readonly database: string
  /** Private keys to sign, public keys to verify only. */
  readonly keys: SigningKeys
  readonly trust: readonly TrustedIssuer[]
  readonly clock: () => number
}

export function tokenwardOptions({
  database,
  keys,
  trust,
  clock,
}: InstanceSettings): TokenwardOptions {
  return {
    issuer: API,
    keys,
    repository: sqlite(database),
    trust,
    grace: `${GRACE}ms`,
    skew: `${SKEW}ms`,
    deadline: '30s',
    clock,
  }
}
