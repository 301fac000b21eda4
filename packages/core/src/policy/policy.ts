import { CLOCK_MARGIN_MS } from '../decision/decide.ts'
import type { Rules } from '../decision/types.ts'

/** The application's choices, in numbers: durations in ms. */
export interface Policy extends Rules {
  readonly issuer: string
  readonly audience: readonly string[]
  readonly mode: 'allowlist' | 'denylist'
  readonly access: number
  readonly refresh: number
  readonly session: number
  /** L: the longest lifetime of any token that this configuration issues or trusts. */
  readonly maxLifetime: number
  readonly deadline: number
  readonly failOpen: boolean
  readonly trusts: boolean
  readonly clock: () => number
}

/** Until when a token's record must stay: a clock may be ahead, a write may land late. */
export function retainToken(policy: Policy, expiresAt: number): number {
  return Math.ceil(expiresAt) + policy.leeway + policy.skew + CLOCK_MARGIN_MS
}

/** Until when a cutoff raised at `at` must stay: the longest-lived token it kills is gone then. */
export function retainCutoff(policy: Policy, at: number, maxLifetime: number): number {
  // Where its absence kills, it stays for those who are yet to be born under it: twice, so that one
  // who logs in again at the end of a login finds it.
  if (policy.missingMeansRefused)
    return retainToken(policy, at + 2 * Math.max(policy.session, policy.access))
  return at + maxLifetime + policy.leeway + policy.skew + CLOCK_MARGIN_MS
}
