import type { Context } from '../context.ts'
import { readRoot } from '../decision/collect.ts'
import { isTokenwardError } from '../errors.ts'
import { preparedLease } from '../lease/leases.ts'
import type { Loaded } from '../records/body.ts'
import type { Root } from '../records/root.ts'
import { type Plan, updateRecord } from '../store/conditional-write.ts'
import { Deadline } from '../store/deadline.ts'
import type { Snapshot } from '../store/store.ts'
import { changeLimits, makeRoot, maxLifetimeOf, wasEvicting } from '../transitions/root.ts'
import type { Prepared } from '../types/results.ts'

/** To create a schema may take longer than a call. */
const MIGRATE_TIMEOUT_MS = 60_000
/** A busy server may need longer than a call. An account without write access retries for as long. */
const ROOT_TIMEOUT_MS = 5_000

/** Creates the schema, then the root record; writes nothing with `dryRun`. */
export async function prepareStore(context: Context, dryRun: boolean): Promise<Prepared> {
  const { repository, store, findings } = context
  const migrate = repository.migrate?.bind(repository)
  const statements = migrate
    ? await store.call('migrate', new Deadline(MIGRATE_TIMEOUT_MS), () => migrate(dryRun))
    : []
  return { statements, root: await prepareRoot(context, dryRun), findings }
}

async function prepareRoot(context: Context, dryRun: boolean): Promise<Prepared['root']> {
  const { store, policy, keyDeriver, rootOwner } = context
  const plan = (seen: Snapshot): Plan<Prepared['root']> => {
    const { done, found } = actionFor(context, seen)
    const at = policy.clock()
    if (dryRun || done === 'present') return { done }
    const record =
      (done === 'raised' || done === 'leased') && found
        ? changeLimits(found, policy, at)
        : makeRoot(rootOwner, policy, at)
    const expected = seen.get(keyDeriver.root)?.etag ?? null
    return { write: { record, expected }, onStored: () => done }
  }
  try {
    const deadline = new Deadline(Math.max(policy.deadline, ROOT_TIMEOUT_MS))
    return await updateRecord(store, deadline, [keyDeriver.root], plan)
  } catch (error) {
    // There is nothing to read before the schema is created.
    if (dryRun && isTokenwardError(error, 'TOKENWARD_NOT_PREPARED')) return 'made'
    throw error
  }
}

/** What to do about the root record. */
function actionFor(
  context: Context,
  seen: Snapshot,
): { readonly done: Prepared['root']; readonly found?: Loaded<Root> } {
  const { policy } = context
  const found = readRoot(context, seen)
  if (found === 'corrupt') return { done: 'replaced' }
  // Revocations from a time when the store was evicting may be lost, and tokens from a time when it was
  // durable lack epochs. If that has changed, a new root record revokes all earlier tokens.
  if (found === null || wasEvicting(found.body) !== policy.missingMeansRefused)
    return { done: 'made' }
  if (maxLifetimeOf(found.body) < policy.maxLifetime) return { done: 'raised', found }
  const isLeased = policy.lease !== null && policy.lease !== preparedLease(found.body)
  return { done: isLeased ? 'leased' : 'present', found }
}
