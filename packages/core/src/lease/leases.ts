// Which lease the root record allows, and for how long a revocation has to wait. Pure.
import { CLOCK_MARGIN_MS } from '../decision/decide.ts'
import type { Root } from '../records/root.ts'

/** In ms. Also what is assumed where the root record cannot tell. */
export const MAX_LEASE_MS = 10_000

type Leases = NonNullable<Root['leases']>

const NONE: Leases = [{ since: 0, ms: 0 }]

/**
 * The longest lease that an instance may use now, in ms. A lease that was raised counts after a margin: no
 * call that has read the earlier one is still under way then. One that was lowered counts at once.
 */
export function usableLease({ leases = NONE }: Pick<Root, 'leases'>, now: number): number {
  const first = leases.findLastIndex(({ since }, i) => i === 0 || now >= since + CLOCK_MARGIN_MS)
  return Math.min(...leases.slice(Math.max(first, 0)).map(({ ms }) => ms))
}

/**
 * The longest lease that an instance may still use, in ms. One that was lowered counts until every instance
 * has read the root record again.
 */
export function longestLease({ leases = NONE }: Pick<Root, 'leases'>, now: number): number {
  return Math.max(...leases.filter((_, i) => mayBeInUse(leases, i, now)).map(({ ms }) => ms))
}

function mayBeInUse(leases: Leases, i: number, now: number): boolean {
  const next = leases[i + 1]
  return next === undefined || now < next.since + (leases[i]?.ms ?? 0) + CLOCK_MARGIN_MS
}

/** The lease that the store was prepared for last, in ms. */
export function preparedLease({ leases = NONE }: Pick<Root, 'leases'>): number {
  return leases.at(-1)?.ms ?? 0
}

/** The leases of a root record with another one from now on, without those that no instance uses any more. */
export function withLease({ leases = NONE }: Pick<Root, 'leases'>, ms: number, at: number): Leases {
  return [...leases.filter((_, i) => mayBeInUse(leases, i, at)), { since: at, ms }]
}

/** In ms. For clocks that run at different rates, and timers that fire late. */
export function marginOf(leaseMs: number): number {
  return leaseMs * 0.02 + 5
}
