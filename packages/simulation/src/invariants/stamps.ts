// I3: tokens and sessions keep the time and reason of the first revocation.
import type { History, KnownToken, Operation, Violation } from '../history.ts'

interface Stamp {
  readonly by: Operation
  readonly at: number
  /** `null`: the answer does not include it. */
  readonly reason: string | null
}

export function* stamps(history: History): Iterable<Violation> {
  const pruned = history.operations.some(({ answer }) => (answer?.deleted ?? 0) > 0)
  if (pruned || history.reverted !== null || history.lastEviction !== null) return
  const seen = new Map<string, Stamp>()
  const firsts = new Map<string, Operation>()
  for (const operation of history.operations) {
    const name = nameOf(operation)
    const { answer } = operation
    if (name === null || answer?.at === undefined) continue
    const stamp = { by: operation, at: answer.at, reason: answer.note?.reason ?? null }
    const before = seen.get(name) ?? stamp
    const kept = before.reason === null && before.at === stamp.at ? stamp : before
    seen.set(name, kept)
    if (kept.at !== stamp.at || (stamp.reason !== null && kept.reason !== stamp.reason)) {
      yield {
        invariant: 'I3 the first revocation is kept',
        message: `the ${name}: #${kept.by.id} saw ${kept.at} ${kept.reason}, #${operation.id} saw ${stamp.at} ${stamp.reason}`,
      }
    }
    if (answer.first !== true) continue
    const other = firsts.get(name)
    if (other) {
      yield {
        invariant: 'I3 the first revocation is kept',
        message: `the ${name}: #${other.id} and #${operation.id} were both the first to revoke it`,
      }
    }
    firsts.set(name, operation)
  }
}

/** The record whose revocation an answer shows; `null`: none that keeps its first. */
function nameOf({ what, token, answer, revocation }: Operation): string | null {
  if (what === 'revoke') {
    if (answer?.revoked !== true || revocation?.kind === 'access') return null
    return record(answer.target, revocation?.of ?? null)
  }
  if (answer?.reason === 'reused') return record('session', token)
  if (answer?.reason !== 'revoked') return null
  // An access token may have been revoked by `only: 'access'`, which has a separate time and
  // note.
  const scope = answer.decidedBy
  return scope === 'token' || token?.kind === 'refresh' ? record(scope, token) : null
}

function record(scope: string | undefined, of: KnownToken | null): string | null {
  if (of === null) return null
  if (scope === 'token') return `token ${of.jti}`
  return scope === 'session' && of.session !== null ? `session ${of.session}` : null
}
