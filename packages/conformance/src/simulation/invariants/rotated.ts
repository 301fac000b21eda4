// I2 and the grace window, for rotate.
import type { History, Known, Operation, Violation } from '../history.ts'
import { SKEW } from '../setting.ts'
import { claimsOf } from '../tokens.ts'
import { effectOf, revocationsIn } from './effects.ts'
import { mayBeForgotten } from './life.ts'

export function* rotated(history: History): Iterable<Violation> {
  if (history.wentBack !== null) return
  const presented = new Map<string, Operation[]>()
  for (const operation of history.operations) {
    const { what, token } = operation
    if (what !== 'rotate' || token?.kind !== 'refresh') continue
    presented.set(token.jti, [...(presented.get(token.jti) ?? []), operation])
  }
  for (const rotations of presented.values()) {
    const token = rotations[0]?.token as Known
    yield* oneSuccessor(rotations, token)
    yield* endStays(rotations, token)
    yield* winnerLearns(rotations, token, history)
    for (const rotation of rotations) {
      yield* justReuse(rotation, rotations, token, history)
      yield* withinGrace(rotation, rotations, token, history)
      yield* afterGrace(rotation, rotations, token, history)
      yield* usedUp(rotation, token, history)
    }
  }
}

function* oneSuccessor(rotations: readonly Operation[], token: Known): Iterable<Violation> {
  const given = rotations.filter(({ answer }) => answer?.active === true)
  const winners = given.filter(({ answer }) => answer?.retried === false)
  if (winners.length > 1) {
    yield {
      invariant: 'I2 one winner',
      message: `${ids(winners)} each rotated ${token.name} for the first time`,
    }
  }
  const successors = new Set(given.map(({ answer }) => shown(String(answer?.refreshToken))))
  if (successors.size > 1) {
    yield {
      invariant: 'I2 one successor',
      message: `${token.name} has the successors ${[...successors].join(' and ')}`,
    }
  }
}

// However often it is rotated.
function* endStays(rotations: readonly Operation[], token: Known): Iterable<Violation> {
  const end = token.login.answer?.endsAt
  for (const { id, answer } of rotations) {
    if (answer?.active !== true || answer.endsAt === end) continue
    yield {
      invariant: 'no token outlives its family',
      message: `#${id} moved the end of the family of ${token.name} from ${end} to ${answer.endsAt}`,
    }
  }
}

function shown(token: string): string {
  const { jti, iat, exp } = claimsOf(token)
  return JSON.stringify({ jti, iat, exp })
}

function* winnerLearns(
  rotations: readonly Operation[],
  token: Known,
  history: History,
): Iterable<Violation> {
  const plain = rotations.every(({ answer }) => answer !== null && !UNSURE.has(answer.reason ?? ''))
  const won = rotations.some(({ answer }) => answer?.retried === false)
  if (!plain || won || mayBeForgotten(history, token)) return
  const gone = history.operations.some(
    (o) =>
      o.token?.jti === token.jti && o.answer?.reason === 'consumed' && o.answer.level === 'family',
  )
  if (!gone) return
  const stale = rotations.some(({ answer }) => answer?.reason === 'stale-claims')
  yield {
    invariant: stale ? 'stale-claims uses no token up' : 'I2 the winner learns that it won',
    message: `${token.name} was rotated, and none of ${ids(rotations)} was told so`,
  }
}

// The write may have landed before one of these was found.
const UNSURE = new Set(['revoked', 'reused', 'expired'])

/** Others that rotated it, or may have. */
function others(rotation: Operation, rotations: readonly Operation[]): Operation[] {
  return rotations.filter(({ id, answer, invoked }) => {
    if (id === rotation.id || invoked >= rotation.returned) return false
    return answer === null || answer.active === true || UNSURE.has(answer.reason ?? '')
  })
}

function* justReuse(
  rotation: Operation,
  rotations: readonly Operation[],
  token: Known,
  { grace, together }: History,
): Iterable<Violation> {
  if (rotation.answer?.reason !== 'reused') return
  const writers = others(rotation, rotations)
  if (writers.length === 0) {
    const stale = rotations.some(({ answer }) => answer?.reason === 'stale-claims')
    yield {
      invariant: stale ? 'stale-claims uses no token up' : 'no false reuse',
      message: `#${rotation.id} says that ${token.name} was reused, and nobody else had rotated it`,
    }
    return
  }
  const first = Math.min(...writers.map(({ earliest }) => earliest))
  if (!together || rotation.latest >= first + grace) return
  yield {
    invariant: 'no false reuse',
    message: `#${rotation.id} says that ${token.name} was reused, within its grace window`,
  }
}

function* withinGrace(
  rotation: Operation,
  rotations: readonly Operation[],
  token: Known,
  history: History,
): Iterable<Violation> {
  const { answer } = rotation
  if (!history.together || answer === null || answer.active === true) return
  if (mayBeForgotten(history, token)) return
  if (answer.reason === 'stale-claims' || rotation.latest >= token.expiresAt) return
  const given = rotations.some((o) => o.answer?.active === true && o.returned < rotation.invoked)
  const writers = others(rotation, rotations)
  const first = Math.min(...writers.map(({ earliest }) => earliest))
  if (!given || rotation.latest >= first + history.grace) return
  const revoked = revocationsIn(history.operations).some(
    (revoke) =>
      revoke !== rotation &&
      revoke.invoked < rotation.returned &&
      effectOf(revoke, token) !== 'spares',
  )
  if (revoked) return
  yield {
    invariant: 'within the grace window every presenter gets the successor',
    message: `#${rotation.id} refused ${token.name} as ${answer.reason}`,
  }
}

function* afterGrace(
  rotation: Operation,
  rotations: readonly Operation[],
  token: Known,
  { grace }: History,
): Iterable<Violation> {
  if (rotation.answer?.active !== true) return
  const given = rotations.some((o) => o.answer?.active === true && o.returned < rotation.invoked)
  if (!given) return
  const last = Math.max(...others(rotation, rotations).map(({ latest }) => latest))
  // A clock that is further back than clocks may differ opens nothing either.
  const first = Math.min(...others(rotation, rotations).map(({ earliest }) => earliest))
  const late = rotation.earliest >= last + grace
  const early = rotation.latest < first - SKEW
  if (!late && !early) return
  yield {
    invariant: 'the grace window does not move',
    message: `#${rotation.id} got a successor of ${token.name} ${late ? 'after' : 'before'} its grace window`,
  }
}

// Once its successor was given out, it is no session any more.
function* usedUp(rotation: Operation, token: Known, { operations }: History): Iterable<Violation> {
  if (rotation.answer?.active !== true) return
  for (const { what, token: asked, invoked, answer, id } of operations) {
    if (what !== 'verify' || asked?.jti !== token.jti || invoked <= rotation.returned) continue
    if (answer?.active !== true) continue
    yield {
      invariant: 'I3 state only climbs',
      message: `#${id} accepted ${token.name}, which #${rotation.id} had rotated`,
    }
  }
}

function ids(operations: readonly Operation[]): string {
  return operations.map(({ id }) => `#${id}`).join(', ')
}
