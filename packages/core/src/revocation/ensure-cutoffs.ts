import type { StoredRecord } from '../adapter/contract.ts'
import type { Context } from '../context.ts'
import { requireRoot } from '../decision/collect.ts'
import { hasBothEpochs } from '../decision/decide.ts'
import { StoreUnavailable } from '../errors.ts'
import { retainCutoff } from '../policy/policy.ts'
import type { Loaded, Lookup } from '../records/body.ts'
import { type Cutoff, decodeCutoff } from '../records/cutoff.ts'
import type { CutoffKeys, CutoffScope } from '../scopes/scopes.ts'
import { type Plan, updateRecord } from '../store/conditional-write.ts'
import type { Deadline } from '../store/deadline.ts'
import type { Snapshot } from '../store/store.ts'
import { cutoffRecord, fillEpochs } from '../transitions/cutoff.ts'
import { makeRoot } from '../transitions/root.ts'

/**
 * For evicting stores: creates the missing cutoffs of a token before it is issued. When the promise
 * resolves, each is acknowledged, has both epochs, and is retained at least until `until`. A stored
 * cutoff keeps its epochs, and only its retention is extended.
 */
export async function ensureCutoffs(
  context: Context,
  cutoffKeys: CutoffKeys,
  seen: Snapshot,
  until: number,
  deadline: Deadline,
): Promise<ReadonlyMap<CutoffScope, Lookup<Cutoff>>> {
  // One update per key; the writes of one turn of the event loop share a round trip.
  const updates = [...cutoffKeys].map(async ([scope, key]) => {
    const plan = (current: Snapshot): Plan<Loaded<Cutoff>> =>
      planCutoff(context, scope, key, current, until)
    const options = { initial: seen, resendIdentical: false }
    return [scope, await updateRecord(context.store, deadline, [key], plan, options)] as const
  })
  return new Map(await Promise.all(updates))
}

// Random epochs for each attempt: an earlier insert whose reply was lost may have been stored, revoked and
// evicted.
function planCutoff(
  context: Context,
  scope: CutoffScope,
  key: string,
  seen: Snapshot,
  until: number,
): Plan<Loaded<Cutoff>> {
  const found =
    scope === 'global' ? requireRoot(context, seen) : decodeCutoff(seen.get(key) ?? null)
  if (found === 'corrupt')
    throw new StoreUnavailable(
      `The cutoff of the ${scope} is corrupt: revoke that scope to replace it.`,
    )
  if (found !== null && hasBothEpochs(found.body) && found.record.retainUntil >= until)
    return { done: found }
  const body = fillEpochs(found?.body ?? {})
  const record = recordOf(context, scope, key, found, body, until)
  return {
    write: { record, expected: found?.record.etag ?? null },
    onStored: () => ({ record, body }),
  }
}

function recordOf(
  { policy, rootOwner }: Context,
  scope: CutoffScope,
  key: string,
  found: Loaded<Cutoff> | null,
  body: Cutoff,
  until: number,
): StoredRecord {
  const at = policy.clock()
  if (scope === 'global' && found === null) return makeRoot(rootOwner, policy, at, body)
  // The cutoff of a session is not needed by later logins.
  const retainUntil = scope === 'session' ? until : retainCutoff(policy, at, policy.maxLifetime)
  return cutoffRecord(key, found, body, at, Math.max(until, retainUntil))
}
