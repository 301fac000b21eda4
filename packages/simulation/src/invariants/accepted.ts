// I1, I3, I5, I6: what must not have been accepted.
import type { History, KnownToken, Operation, Violation } from '../history.ts'
import { covers, effectOf, revocationsIn } from './effects.ts'

export function* accepted(history: History): Iterable<Violation> {
  const revokes = revocationsIn(history.operations)
  for (const operation of history.operations) {
    const { token, answer } = operation
    if (token === null || answer === null) continue
    if (operation.what !== 'verify' && operation.what !== 'consume' && operation.what !== 'rotate')
      continue
    if (answer.active !== true) continue
    const broken =
      revokedBefore(operation, token, revokes, history) ??
      refusedBefore(operation, token, history) ??
      usedBefore(operation, token, history) ??
      staleClaims(operation, token, revokes, history) ??
      expired(operation, token) ??
      unasked(operation, history) ??
      forgotten(operation, token, history)
    if (broken !== null) yield broken
  }
}

function revokedBefore(
  operation: Operation,
  token: KnownToken,
  revokes: readonly Operation[],
  history: History,
): Violation | null {
  for (const revoke of revokes) {
    if (revoke.returned >= operation.invoked || isEvicting(history, revoke)) continue
    if (effectOf(revoke, token) !== 'revokes' || isLaterLogin(history, revoke, token)) continue
    const isPruned = history.operations.some((other) => prunesBeside(other, revoke))
    return {
      invariant: isPruned ? 'I1 also during a prune' : 'I1 an acknowledged revocation holds',
      message: `#${operation.id} accepted ${token.name} after #${revoke.id} had revoked it`,
    }
  }
  return null
}

// An instant that was evicted cannot be exceeded, but the login is later anyway (I4).
function isLaterLogin(
  { lastEviction }: History,
  revoke: Operation,
  { login }: KnownToken,
): boolean {
  if (lastEviction === null || revoke.revocation?.kind !== 'before') return false
  return login.invoked > revoke.returned
}

function prunesBeside({ what, answer, invoked, returned }: Operation, revoke: Operation): boolean {
  if (what !== 'prune' || answer?.deleted === 0) return false
  return invoked < revoke.returned && returned > revoke.invoked
}

// A refused token stays refused, also if the calls overlapped: no result ever turns back.
function refusedBefore(
  operation: Operation,
  token: KnownToken,
  history: History,
): Violation | null {
  if (history.reverted !== null) return null
  for (const earlier of history.operations) {
    if (earlier.token?.jti !== token.jti || earlier.returned >= operation.invoked) continue
    // A revocation that has not resolved yet may be seen by one instance and not by another.
    if (isFromMemory(operation, history) && !isRemembered(earlier, operation)) continue
    const { reason, decidedBy } = earlier.answer ?? {}
    const final =
      reason === 'revoked' ||
      reason === 'reused' ||
      (reason === 'consumed' && decidedBy === 'token') ||
      // A token that was returned had a record: if the record was evicted, the token stays
      // refused. A change of data looks for the record of the session, not of the token.
      (reason === 'not-found' &&
        earlier.what !== 'update' &&
        token.kind !== 'saved' &&
        history.lastEviction !== null)
    if (
      !final ||
      (earlier.what === 'rotate' && operation.what !== 'rotate' && reason === 'consumed')
    )
      continue
    const same = operation.idempotency !== null && reason === 'consumed'
    if (same) continue
    return {
      invariant: 'I3 state only advances',
      message: `#${operation.id} accepted ${token.name}, which #${earlier.id} had found ${reason}`,
    }
  }
  return null
}

// Privileges changed before the scope was revoked, so no token may have older ones.
function staleClaims(
  operation: Operation,
  token: KnownToken,
  revokes: readonly Operation[],
  history: History,
): Violation | null {
  const carried = operation.what === 'rotate' ? undefined : operation.answer?.claims?.['v']
  if (typeof carried !== 'number') return null
  for (const revoke of revokes) {
    const { revocation, answer, returned } = revoke
    if (revocation === null || revocation.kind === 'before') continue
    if (answer?.revoked !== true || isEvicting(history, revoke)) continue
    if (returned >= operation.invoked || carried >= revocation.privileges) continue
    if (!covers(revocation, token) || issuedMeanwhile(token, revoke)) continue
    return {
      invariant: 'I1 no claims from before a change of privileges',
      message: `#${operation.id} accepted ${token.name} with claims of version ${carried} after #${revoke.id} had revoked those before ${revocation.privileges}`,
    }
  }
  return null
}

// Claims given as an object are as old as the call; current claims need a function.
function issuedMeanwhile({ claims, login }: KnownToken, { invoked, returned }: Operation): boolean {
  return claims === 'object' && login.invoked <= returned && login.returned >= invoked
}

// The last action of verify and consume is to read the clock; rotate may still have to store.
function expired(operation: Operation, token: KnownToken): Violation | null {
  const read = operation.what === 'rotate' ? operation.earliest : operation.ended
  if (read < token.expiresAt) return null
  return {
    invariant: 'I5 expired is refused',
    message: `#${operation.id} accepted ${token.name} ${read - token.expiresAt} ms after it expired`,
  }
}

function usedBefore(
  operation: Operation,
  token: KnownToken,
  { operations, reverted }: History,
): Violation | null {
  if (reverted !== null || operation.what !== 'verify') return null
  for (const use of operations) {
    const isUsed = use.what === 'consume' && use.answer?.active === true
    if (!isUsed || use.token?.jti !== token.jti || use.returned >= operation.invoked) continue
    return {
      invariant: 'I2 a token that was used up is refused',
      message: `#${operation.id} accepted ${token.name} after #${use.id} had used it up`,
    }
  }
  return null
}

/** Verified under a lease. */
function isFromMemory({ what, answers }: Operation, { isLeased }: History): boolean {
  return isLeased && what === 'verify' && answers === 0
}

/** Its instance remembers the refusal. */
function isRemembered(refusal: Operation, { machine }: Operation): boolean {
  return refusal.what === 'verify' && refusal.machine === machine
}

function unasked(operation: Operation, history: History): Violation | null {
  // Calls that are answered at once are not counted.
  const calmly = operation.machine === 'checker' || operation.machine === 'start'
  if (operation.answers > 0 || calmly || isFromMemory(operation, history)) return null
  return {
    invariant: 'I6 unknown is refused',
    message: `#${operation.id} accepted without an answer of the store`,
  }
}

// A store that reverted does not know the records that it lost.
function forgotten(operation: Operation, token: KnownToken, history: History): Violation | null {
  const { reverted, denylist } = history
  if (reverted === null || denylist || operation.invoked <= reverted.at) return null
  const { by } = token
  if (by.invoked <= reverted.to || by.returned >= reverted.at || token.kind === 'saved') return null
  const again = history.operations.some(
    ({ what, token: presented, returned }) =>
      what === 'rotate' && presented?.session === token.session && returned > reverted.at,
  )
  if (again) return null
  return {
    invariant: 'what the store does not know is refused',
    message: `#${operation.id} accepted ${token.name}, which the store had lost`,
  }
}

/** Whether a store that reverted lost it, or a part of it. */
function isEvicting({ reverted }: History, revoke: Operation): boolean {
  if (reverted === null) return false
  return revoke.returned > reverted.to && revoke.invoked < reverted.at
}
