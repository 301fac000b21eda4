import type { Login, Rules } from './model.ts'

/** What becomes of a refresh token that is neither past nor revoked when it is rotated. */
export type RotationOutcome = 'rotated' | 'retried' | 'consumed' | 'reused'

const MAX_ROTATIONS = 8

/**
 * All possible outcomes; more than one where only the difference of clocks could decide.
 * @param now of the instance that is called
 */
export function possibleOutcomes(
  login: Login,
  generation: number,
  rules: Rules,
  now: number,
): RotationOutcome[] {
  const at = login.rotatedAt[generation - 1]
  if (at === undefined) return ['rotated']
  const passed = now - at
  const later = login.rotatedAt.slice(generation)
  const outcomes = byTime(passed, rules, later.length === 0)
  // Rotations are kept for grace + skew, by the clock of the machine that rotates next.
  const isDropped = later.some((next) => next - at >= rules.grace + rules.skew)
  const isOverflowed = later.length >= MAX_ROTATIONS
  if (isDropped || isOverflowed)
    return [...new Set<RotationOutcome>([...outcomes, 'consumed', 'reused'])]
  return outcomes
}

/** @param isLast whether its successor is the current refresh token: a rotated one is not returned */
function byTime(passed: number, { grace, skew }: Rules, isLast: boolean): RotationOutcome[] {
  // A clock that is further back than clocks may differ: no grace period, and no reuse either.
  if (passed < -skew) return ['consumed']
  if (passed < grace) return [isLast ? 'retried' : 'consumed']
  return passed < grace + skew ? ['consumed'] : ['reused']
}
