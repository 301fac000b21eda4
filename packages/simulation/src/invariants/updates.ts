// Each acknowledged change of data counts once, and none counts twice or after a revocation.
import type { History, Operation, Violation } from '../history.ts'
import { effectOf, revocationOf, revocationsIn } from './effects.ts'

export function* updates({ operations, reverted, lastEviction }: History): Iterable<Violation> {
  if (reverted !== null) return
  const changes = operations.filter(({ what }) => what === 'update')
  yield* afterRevocation(operations, changes)
  for (const operation of operations) {
    const { token, answer, what, id } = operation
    if (what !== 'verify' || answer?.active !== true || answer.data === undefined) continue
    if (token === null || token.session === null) continue
    const own = changes.filter((change) => change.token?.session === token.session)
    const count = answer.data === null ? null : answer.data.count
    // The record of the session may be evicted before that of its access token.
    if (count === null && lastEviction !== null) continue
    const [least, most] = limits(operation, own)
    if (count !== null && count >= least && count <= most) continue
    yield {
      invariant: 'each change of data counts once',
      message: `#${id} saw ${count} changes with ${token.name}; ${least} to ${most} were made`,
    }
  }
}

function* afterRevocation(
  operations: readonly Operation[],
  changes: readonly Operation[],
): Iterable<Violation> {
  const revokes = revocationsIn(operations).filter((revoke) => {
    const { scope, kind } = revocationOf(revoke) ?? {}
    // Neither of them revokes the session.
    return scope !== 'token' && kind !== 'access'
  })
  for (const { id, token, answer, invoked } of changes) {
    if (token === null || answer?.updated !== true) continue
    const before = revokes.find(
      (revoke) => revoke.returned < invoked && effectOf(revoke, token) === 'revokes',
    )
    if (before === undefined) continue
    yield {
      invariant: 'data of a revoked session stays as it is',
      message: `#${id} changed the data of ${token.name} after #${before.id} had revoked it`,
    }
  }
}

/** How many changes a verification must see at least, and may see at most. */
function limits(
  { invoked, returned }: Operation,
  own: readonly Operation[],
): readonly [least: number, most: number] {
  const before = own.filter(
    (change) => change.answer?.updated === true && change.returned < invoked,
  )
  const maybe = own.filter(
    (change) => change.answer?.updated !== false && change.invoked < returned,
  )
  return [before.length, maybe.length]
}
