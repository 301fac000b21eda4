// What a refresh token with a successor gets, within its grace period and after it.
import type { History, KnownToken, Operation, Violation } from '../history.ts'
import { SKEW } from '../scenario.ts'
import { effectOf, revocationsIn } from './effects.ts'
import { mayBeEvicted } from './life.ts'

// The write may have landed before one of these was found.
export const UNSURE: ReadonlySet<string> = new Set(['revoked', 'reused', 'expired'])

/** Other operations that rotated it, or may have. */
function others(rotation: Operation, rotations: readonly Operation[]): Operation[] {
  return rotations.filter((other) => {
    if (other.id === rotation.id || other.invoked >= rotation.returned) return false
    return mayHaveRotated(other)
  })
}

export function mayHaveRotated({ answer }: Operation): boolean {
  return answer === null || answer.active === true || UNSURE.has(answer.reason ?? '')
}

export function* justReuse(
  rotation: Operation,
  rotations: readonly Operation[],
  token: KnownToken,
  { grace, together }: History,
): Iterable<Violation> {
  if (rotation.answer?.reason !== 'reused') return
  const writers = others(rotation, rotations)
  if (writers.length === 0) {
    const stale = rotations.some(({ answer }) => answer?.reason === 'stale-claims')
    yield {
      invariant: stale ? 'stale-claims uses no token up' : 'no false reuse',
      message: `#${rotation.id} reports that ${token.name} was reused, and no other call had rotated it`,
    }
    return
  }
  const first = Math.min(...writers.map(({ earliest }) => earliest))
  if (!together || rotation.latest >= first + grace) return
  yield {
    invariant: 'no false reuse',
    message: `#${rotation.id} reports that ${token.name} was reused, within its grace period`,
  }
}

export function* withinGrace(
  rotation: Operation,
  rotations: readonly Operation[],
  token: KnownToken,
  history: History,
  next: readonly Operation[],
): Iterable<Violation> {
  const { answer } = rotation
  // Its successor may have a successor by now.
  if (answer?.reason === 'consumed' && others(rotation, next).length > 0) return
  if (!history.together || answer === null || answer.active === true) return
  if (mayBeEvicted(history, token)) return
  if (answer.reason === 'stale-claims' || rotation.latest >= token.expiresAt) return
  const given = rotations.some((o) => o.answer?.active === true && o.returned < rotation.invoked)
  const writers = others(rotation, rotations)
  const first = Math.min(...writers.map(({ earliest }) => earliest))
  if (!given || rotation.latest >= first + history.grace) return
  const revoked = revocationsIn(history.operations).some(
    (revoke) =>
      revoke !== rotation &&
      revoke.invoked < rotation.returned &&
      effectOf(revoke, token) !== 'unaffected',
  )
  if (revoked) return
  yield {
    invariant: 'within the grace period every caller gets the successor',
    message: `#${rotation.id} refused ${token.name} as ${answer.reason}`,
  }
}

// A slow tab beside a fast one must not get a token that was rotated already.
export function* successorUnused(
  rotation: Operation,
  token: KnownToken,
  next: readonly Operation[],
): Iterable<Violation> {
  if (rotation.answer?.active !== true) return
  const used = next.find((o) => o.answer?.active === true && o.returned < rotation.invoked)
  if (used === undefined) return
  yield {
    invariant: 'a successor that was rotated is not returned',
    message: `#${rotation.id} got the successor of ${token.name}, which #${used.id} had rotated`,
  }
}

export function* afterGrace(
  rotation: Operation,
  rotations: readonly Operation[],
  token: KnownToken,
  { grace }: History,
): Iterable<Violation> {
  if (rotation.answer?.active !== true) return
  const given = rotations.some((o) => o.answer?.active === true && o.returned < rotation.invoked)
  if (!given) return
  const last = Math.max(...others(rotation, rotations).map(({ latest }) => latest))
  // A clock that is further back than clocks may differ opens no grace period either.
  const first = Math.min(...others(rotation, rotations).map(({ earliest }) => earliest))
  const late = rotation.earliest >= last + grace
  const early = rotation.latest < first - SKEW
  if (!late && !early) return
  yield {
    invariant: 'the grace period does not move',
    message: `#${rotation.id} got a successor of ${token.name} ${late ? 'after' : 'before'} its grace period`,
  }
}
