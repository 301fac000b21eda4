import { hasEpochs } from '../decide/decide.ts'
import { StoreUnavailable } from '../errors/errors.ts'
import type { RevocationScope, Scopes } from '../naming/levels.ts'
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
  scopes: Scopes,
  seen: Seen,
  until: number,
  budget: Budget,
): Promise<ReadonlyMap<RevocationScope, Found<Cutoff>>> {
  // Each key by itself; what they write in one turn of the event loop is one round trip.
  const standing = [...scopes].map(async ([level, key]) => {
    const plan = (now: Seen): Step<Read<Cutoff>> => planned(context, level, key, now, until)
    const options = { known: seen, repeatsSame: false }
    return [level, await change(context.store, budget, [key], plan, options)] as const
  })
  return new Map(await Promise.all(standing))
}

// Random epochs at every attempt: an insert that was sent before, and whose answer was lost, may
// have been revoked and forgotten since.
function planned(
  context: Context,
  level: RevocationScope,
  key: string,
  seen: Seen,
  until: number,
): Step<Read<Cutoff>> {
  const found = level === 'global' ? rootIn(context, seen) : decodeCutoff(seen.get(key) ?? null)
  if (found === 'corrupt')
    throw new StoreUnavailable(
      `The cutoff of the ${level} cannot be read: revoke that scope to replace it.`,
    )
  if (found !== null && hasEpochs(found.body) && found.record.retainUntil >= until)
    return { done: found }
  const body = withEpochs(found?.body ?? {})
  const record = recordOf(context, level, key, found, body, until)
  return {
    write: { record, expected: found?.record.etag ?? null },
    won: () => ({ record, body }),
  }
}

function recordOf(
  { policy, rootOwner }: Context,
  level: RevocationScope,
  key: string,
  found: Read<Cutoff> | null,
  body: Cutoff,
  until: number,
): StoredRecord {
  const at = policy.clock()
  if (level === 'global' && found === null) return makeRoot(rootOwner, policy.maxLifetime, at, body)
  // No later login shares the cutoff of a session.
  const kept = level === 'session' ? until : retainCutoff(policy, at, policy.maxLifetime)
  return cutoffRecord(key, found, body, Math.max(until, kept))
}
