import { CLOCK_MARGIN_MS } from '../decision/decide.ts'
import type { Rules } from '../decision/types.ts'

/** The options of an instance, checked. Durations are in ms. */
export interface Policy extends Rules {
  readonly issuer: string
  readonly audience: readonly string[]
  readonly mode: 'allowlist' | 'denylist'
  readonly access: number
  readonly refresh: number
  readonly session: number
  /** The longest lifetime of any token that this instance issues or accepts. */
  readonly maxLifetime: number
  readonly deadline: number
  readonly failOpen: boolean
  /** For how long what was read is used again. 0: never. `null`: never, and `prepare` keeps the lease of others. */
  readonly lease: number | null
  readonly trustsOthers: boolean
  readonly clock: () => number
}

/** Until when the record of a token must be retained, in ms since 1970. */
export function retainToken(policy: Policy, expiresAt: number): number {
  return Math.ceil(expiresAt) + policy.leeway + policy.skew + CLOCK_MARGIN_MS
}

/** Until when a cutoff written at `at` must be retained: every token that it revokes has expired then. */
export function retainCutoff(policy: Policy, at: number, maxLifetime: number): number {
  // If a missing cutoff means refused, later logins need it too. Twice as long: a user who signs in again
  // at the end of a session still finds it.
  if (policy.missingMeansRefused)
    return retainToken(policy, at + 2 * Math.max(policy.session, policy.access))
  return at + maxLifetime + policy.leeway + policy.skew + CLOCK_MARGIN_MS
}
