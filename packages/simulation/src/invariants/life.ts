// I4 and no false alarm: tokens that were not revoked are accepted.
import type { History, KnownToken, Operation, Violation } from '../history.ts'
import { SKEW } from '../scenario.ts'
import { covers, effectOf, revocationOf, revocationsIn } from './effects.ts'

export function* life(history: History): Iterable<Violation> {
  if (history.reverted !== null) return
  const revokes = revocationsIn(history.operations)
  if (history.lastEviction === null) yield* loginsAfterBefore(history, revokes)
  for (const operation of history.operations) {
    const { token, answer, what } = operation
    if (token === null || answer === null || answer.active === true) continue
    if (what !== 'verify' && what !== 'consume' && what !== 'rotate') continue
    if (mayBeEvicted(history, token) || !mustBeActive(operation, token, revokes, history)) continue
    if (isStale(operation, token, revokes)) continue
    yield {
      invariant: 'I4 other tokens stay active',
      message: `#${operation.id} refused ${token.name} as ${answer.reason} (${answer.decidedBy ?? ''}), which was not revoked`,
    }
  }
}

/** Whether the store lost something since the login, which may be the reason for a refusal. */
export function mayBeEvicted({ lastEviction }: History, { login }: KnownToken): boolean {
  return lastEviction !== null && login.invoked <= lastEviction
}

function mustBeActive(
  operation: Operation,
  token: KnownToken,
  revokes: readonly Operation[],
  { operations }: History,
): boolean {
  if (operation.latest >= token.expiresAt) return false
  const hit = (revoke: Operation) =>
    revoke !== operation &&
    revoke.invoked < operation.returned &&
    effectOf(revoke, token) !== 'unaffected'
  if (revokes.some(hit)) return false
  const uses = operations.filter(
    (other) =>
      other !== operation &&
      other.token?.jti === token.jti &&
      other.invoked < operation.returned &&
      (other.what === 'consume' || other.what === 'rotate'),
  )
  if (uses.length > 0) return false
  if (token.kind !== 'saved') return true
  // Whether a clock that is behind takes it for a token from the future.
  if (token.loginAt > operation.earliest + SKEW) return false
  return operations.some(
    ({ what, token: saved, answer, returned }) =>
      what === 'save' && saved === token && answer?.saved === true && returned < operation.invoked,
  )
}

// A justified refusal: its claims need a function, or the carried ones are from before a change.
function isStale(operation: Operation, token: KnownToken, revokes: readonly Operation[]): boolean {
  if (operation.what !== 'rotate' || operation.answer?.reason !== 'stale-claims') return false
  if (token.claims === 'none' || operation.givesClaims) return false
  if (token.claims === 'function') return true
  return revokes.some((revoke) => {
    const revocation = revocationOf(revoke)
    return revocation?.kind === 'access' && covers(revocation, token)
  })
}

// A login after an acknowledged `before` is later than it, whatever its clock shows.
function* loginsAfterBefore(
  { tokens }: History,
  revokes: readonly Operation[],
): Iterable<Violation> {
  const befores = revokes.filter(
    ({ revocation, answer }) => revocation?.kind === 'before' && answer !== null,
  )
  for (const token of tokens) {
    if (token.kind === 'saved') continue
    const within = befores.find(
      (revoke) => revoke.returned < token.login.invoked && effectOf(revoke, token) === 'revokes',
    )
    if (within === undefined) continue
    yield {
      invariant: 'I4 other tokens stay active',
      message: `#${token.login.id} issued ${token.name} within what #${within.id} had revoked before`,
    }
  }
}
