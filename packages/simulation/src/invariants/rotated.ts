// I2, for rotate.
import type { History, KnownToken, Operation, Violation } from '../history.ts'
import { claimsOf } from '../tokens.ts'
import {
  afterGrace,
  justReuse,
  mayHaveRotated,
  successorUnused,
  UNSURE,
  withinGrace,
} from './grace-window.ts'
import { mayBeEvicted } from './life.ts'

export function* rotated(history: History): Iterable<Violation> {
  if (history.reverted !== null) return
  const presented = new Map<string, Operation[]>()
  for (const operation of history.operations) {
    const { what, token } = operation
    if (what !== 'rotate' || token?.kind !== 'refresh') continue
    presented.set(token.jti, [...(presented.get(token.jti) ?? []), operation])
  }
  for (const rotations of presented.values()) {
    const token = rotations[0]?.token as KnownToken
    const next = presented.get(successorOf(token)) ?? []
    yield* oneSuccessor(rotations, token)
    yield* endStays(rotations, token)
    yield* winnerLearns(rotations, token, history, next)
    for (const rotation of rotations) {
      yield* justReuse(rotation, rotations, token, history)
      yield* withinGrace(rotation, rotations, token, history, next)
      yield* successorUnused(rotation, token, next)
      yield* afterGrace(rotation, rotations, token, history)
      yield* usedUp(rotation, token, history)
    }
  }
}

function* oneSuccessor(rotations: readonly Operation[], token: KnownToken): Iterable<Violation> {
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
function* endStays(rotations: readonly Operation[], token: KnownToken): Iterable<Violation> {
  const end = token.login.answer?.endsAt
  for (const { id, answer } of rotations) {
    if (answer?.active !== true || answer.endsAt === end) continue
    yield {
      invariant: 'no token outlives its session',
      message: `#${id} moved the end of the session of ${token.name} from ${end} to ${answer.endsAt}`,
    }
  }
}

function shown(token: string): string {
  const { jti, iat, exp } = claimsOf(token)
  return JSON.stringify({ jti, iat, exp })
}

function* winnerLearns(
  rotations: readonly Operation[],
  token: KnownToken,
  history: History,
  next: readonly Operation[],
): Iterable<Violation> {
  // A successor that was rotated by then is not returned: it would be refused.
  if (next.some(mayHaveRotated)) return
  const plain = rotations.every(({ answer }) => answer !== null && !UNSURE.has(answer.reason ?? ''))
  const won = rotations.some(({ answer }) => answer?.retried === false)
  if (!plain || won || mayBeEvicted(history, token)) return
  const gone = history.operations.some(
    (o) =>
      o.token?.jti === token.jti &&
      o.answer?.reason === 'consumed' &&
      o.answer.decidedBy === 'session',
  )
  if (!gone) return
  const stale = rotations.some(({ answer }) => answer?.reason === 'stale-claims')
  yield {
    invariant: stale ? 'stale-claims uses no token up' : 'I2 the winner learns that it won',
    message: `${token.name} was rotated, and none of ${ids(rotations)} learned it`,
  }
}

// Once its successor was returned, it is not active any more.
function* usedUp(
  rotation: Operation,
  token: KnownToken,
  { operations }: History,
): Iterable<Violation> {
  if (rotation.answer?.active !== true) return
  for (const { what, token: asked, invoked, answer, id } of operations) {
    if (what !== 'verify' || asked?.jti !== token.jti || invoked <= rotation.returned) continue
    if (answer?.active !== true) continue
    yield {
      invariant: 'I3 state only advances',
      message: `#${id} accepted ${token.name}, which #${rotation.id} had rotated`,
    }
  }
}

/** The id of the next generation. */
function successorOf({ jti }: KnownToken): string {
  const dot = jti.lastIndexOf('.')
  return `${jti.slice(0, dot)}.${Number(jti.slice(dot + 1)) + 1}`
}

function ids(operations: readonly Operation[]): string {
  return operations.map(({ id }) => `#${id}`).join(', ')
}
