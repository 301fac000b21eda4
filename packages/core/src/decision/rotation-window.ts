// What a refresh token gets that was rotated already: its successor again, a refusal, or reuse.
import type { Session, SessionRotation } from '../records/session.ts'
import type { Rules } from './types.ts'

/** What a refresh token that already has a successor gets. */
export type Replay =
  | { readonly is: 'retry'; readonly rotation: SessionRotation }
  /** Too late for its successor, too early to call it theft: clocks may differ. */
  | { readonly is: 'refused' }
  | { readonly is: 'reuse' }

export function judgeReusedGeneration(
  generation: number,
  session: Session,
  rules: Rules,
  now: number,
): Replay {
  const own = session.rotations.find((r) => r.generation === generation)
  if (own === undefined)
    return { is: isSettled(generation, session, rules, now) ? 'reuse' : 'refused' }
  // A successor that was rotated itself is not handed out again: it would be a dead token.
  const isLast = generation === session.generation - 1
  // A clock further back than clocks may differ must not open a window that was closed.
  const opened = now >= own.at - rules.skew
  if (isLast && opened && now < own.at + rules.grace) return { is: 'retry', rotation: own }
  return { is: isRecent(own, rules, now) ? 'refused' : 'reuse' }
}

/** Whether a generation whose own rotation is not kept any more was rotated for certain before grace + skew. */
function isSettled(generation: number, session: Session, rules: Rules, now: number): boolean {
  const { settled, wayPoint, rotations } = session
  if (generation <= settled) return true
  // A later generation was rotated after it.
  const later = [...(wayPoint ? [wayPoint] : []), ...rotations]
  return later.some((r) => r.generation >= generation && !isRecent(r, rules, now))
}

/** How many rotations a session remembers, beside one way-point. */
export const MAX_ROTATIONS = 8

/** Within grace + skew: still needed to tell a retry from reuse. */
export function isRecent(
  rotation: Pick<SessionRotation, 'at'>,
  rules: Rules,
  now: number,
): boolean {
  return now < rotation.at + rules.grace + rules.skew
}
