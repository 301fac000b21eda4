// Decides about a refresh token that was rotated already: its successor again, refused, or reuse.
import type { Session, SessionRotation } from '../records/session.ts'
import type { Rules } from './types.ts'

export type Replay =
  /** Within the grace period: the same successor again. */
  | { readonly type: 'retry'; readonly rotation: SessionRotation }
  /** Too late for the successor, and too early to call it reuse: clocks may differ. */
  | { readonly type: 'refused' }
  | { readonly type: 'reuse' }

export function judgeReusedGeneration(
  generation: number,
  session: Session,
  rules: Rules,
  now: number,
): Replay {
  const rotation = session.rotations.find((r) => r.generation === generation)
  if (rotation === undefined)
    return { type: isSettled(generation, session, rules, now) ? 'reuse' : 'refused' }
  // A successor that was rotated itself is not returned again: it would be refused.
  const isLast = generation === session.generation - 1
  // A clock that is set back must not start the grace period again.
  const hasBegun = now >= rotation.at - rules.skew
  if (isLast && hasBegun && now < rotation.at + rules.grace) return { type: 'retry', rotation }
  return { type: isRecent(rotation, rules, now) ? 'refused' : 'reuse' }
}

/** Whether a generation whose rotation is not stored any more was certainly rotated before grace + skew. */
function isSettled(generation: number, session: Session, rules: Rules, now: number): boolean {
  const { settled, wayPoint, rotations } = session
  if (generation <= settled) return true
  // Generations are rotated in order: if a later one is past, so is this one.
  const later = [...(wayPoint ? [wayPoint] : []), ...rotations]
  return later.some((r) => r.generation >= generation && !isRecent(r, rules, now))
}

/** How many rotations a session record holds, besides one way point. */
export const MAX_ROTATIONS = 8

/** Within grace + skew: still needed to distinguish a retry from reuse. */
export function isRecent(
  rotation: Pick<SessionRotation, 'at'>,
  rules: Rules,
  now: number,
): boolean {
  return now < rotation.at + rules.grace + rules.skew
}
