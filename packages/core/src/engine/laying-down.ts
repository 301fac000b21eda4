import { hasEpochs } from '../decide/decide.ts'
import { StoreUnavailable } from '../errors/errors.ts'
import type { CutoffKeys, RevocationScope } from '../naming/scopes.ts'
import { retainCutoff } from '../policy/policy.ts'
import type { Found, Read } from '../records/body.ts'
import { type Cutoff, decodeCutoff } from '../records/cutoff.ts'
import type { StoredRecord } from '../repository/contract.ts'
import type { Budget } from '../store/budget.ts'
import { change, type Seen, type Step } from '../store/change.ts'
import { cutoffRecord, withEpochs } from '../transitions/cutoff.ts'
import { makeRoot } from '../transitions/root.ts'
import type { Context } from './context.ts'
import { rootIn } from './evidence.ts'

/**
 * On a store that forgets, every cutoff of a token stands before the token is born: with both
 * epochs, until `until` at the least, acknowledged when this resolves. One that stands keeps its
 * epochs and is only made to last.
 */
export async function layDown(
  context: Context,
  cutoffKeys: CutoffKeys,
  seen: Seen,
  until: number,
  budget: Budget,
): Promise<ReadonlyMap<RevocationScope, Found<Cutoff>>> {
  // Each key by itself; what they write in one turn of the event loop is one round trip.
  const standing = [...cutoffKeys].map(async ([scope, key]) => {
    const plan = (now: Seen): Step<Read<Cutoff>> => planned(context, scope, key, now, until)
    const options = { known: seen, repeatsSame: false }
    return [scope, await change(context.store, budget, [key], plan, options)] as const
  })
  return new Map(await Promise.all(standing))
}

// Random epochs at every attempt: an insert that was sent before, and whose answer was lost, may
// have been revoked and forgotten since.
function planned(
  context: Context,
  scope: RevocationScope,
  key: string,
  seen: Seen,
  until: number,
): Step<Read<Cutoff>> {
  const found = scope === 'global' ? rootIn(context, seen) : decodeCutoff(seen.get(key) ?? null)
  if (found === 'corrupt')
    throw new StoreUnavailable(
      `The cutoff of the ${scope} cannot be read: revoke that scope to replace it.`,
    )
  if (found !== null && hasEpochs(found.body) && found.record.retainUntil >= until)
    return { done: found }
  const body = withEpochs(found?.body ?? {})
  const record = recordOf(context, scope, key, found, body, until)
  return {
    write: { record, expected: found?.record.etag ?? null },
    won: () => ({ record, body }),
  }
}

function recordOf(
  { policy, rootOwner }: Context,
  scope: RevocationScope,
  key: string,
  found: Read<Cutoff> | null,
  body: Cutoff,
  until: number,
): StoredRecord {
  const at = policy.clock()
  if (scope === 'global' && found === null) return makeRoot(rootOwner, policy.maxLifetime, at, body)
  // No later login shares the cutoff of a session.
  const kept = scope === 'session' ? until : retainCutoff(policy, at, policy.maxLifetime)
  return cutoffRecord(key, found, body, Math.max(until, kept))
}
