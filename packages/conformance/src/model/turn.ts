import type { Login, Rules } from './model.ts'

/** What becomes of a refresh token that is neither past nor revoked when it is rotated. */
export type Turn = 'rotated' | 'retried' | 'consumed' | 'reused'

const REMEMBERED = 8

/**
 * All that may be answered; more than one where only instants of clocks that differ could tell.
 * @param now of the ward that is asked
 */
export function turnsOf(login: Login, generation: number, rules: Rules, now: number): Turn[] {
  const at = login.rotatedAt[generation - 1]
  if (at === undefined) return ['rotated']
  const passed = now - at
  const turn = byTime(passed, rules)
  const later = login.rotatedAt.slice(generation)
  // Rotations are kept for grace + skew, as told by the clock of whoever rotates next.
  const forgotten = later.some((next) => next - at >= rules.grace + rules.skew)
  const crowdedOut = later.length >= REMEMBERED
  if (forgotten || crowdedOut) return [...new Set<Turn>([...turn, 'consumed', 'reused'])]
  return turn
}

function byTime(passed: number, { grace, skew }: Rules): Turn[] {
  // A clock that is further back than clocks may differ: no window, and no theft either.
  if (passed < -skew) return ['consumed']
  if (passed < grace) return ['retried']
  return passed < grace + skew ? ['consumed'] : ['reused']
}
