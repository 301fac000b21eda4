import type { Context } from '../context.ts'
import { readRoot } from '../decision/collect.ts'
import { isTokenwardError } from '../errors.ts'
import type { Loaded } from '../records/body.ts'
import type { Root } from '../records/root.ts'
import { type Plan, type Snapshot, updateRecord } from '../store/conditional-write.ts'
import { Deadline } from '../store/deadline.ts'
import { makeRoot, maxLifetimeOf, raiseMaxLifetime, wasEvicting } from '../transitions/root.ts'
import type { Prepared } from '../types/results.ts'

/** ms: a schema may take longer than one call. */
const MIGRATE_TIMEOUT_MS = 60_000
/** ms: a busy machine may need longer than one call; an account that may not write tries for so long. */
const ROOT_TIMEOUT_MS = 5_000

/** The schema, then the root; a `dryRun` writes nothing. */
export async function prepareStore(context: Context, dryRun: boolean): Promise<Prepared> {
  const { repository, store, findings } = context
  const migrate = repository.migrate?.bind(repository)
  const statements = migrate
    ? await store.call(new Deadline(MIGRATE_TIMEOUT_MS), () => migrate(dryRun))
    : []
  return { statements, root: await prepareRoot(context, dryRun), findings }
}

async function prepareRoot(context: Context, dryRun: boolean): Promise<Prepared['root']> {
  const { store, policy, keyDeriver, rootOwner } = context
  const plan = (seen: Snapshot): Plan<Prepared['root']> => {
    const { done, found } = stateOf(context, seen)
    const at = policy.clock()
    if (dryRun || done === 'present') return { done }
    const record =
      done === 'raised' && found
        ? raiseMaxLifetime(found, policy.maxLifetime, at)
        : makeRoot(rootOwner, policy.maxLifetime, at)
    const expected = seen.get(keyDeriver.root)?.etag ?? null
    return { write: { record, expected }, onStored: () => done }
  }
  try {
    const deadline = new Deadline(Math.max(policy.deadline, ROOT_TIMEOUT_MS))
    return await updateRecord(store, deadline, [keyDeriver.root], plan)
  } catch (error) {
    // Before the schema is made there is nothing to read.
    if (dryRun && isTokenwardError(error, 'TOKENWARD_NOT_PREPARED')) return 'made'
    throw error
  }
}

/** What is to be done about the root. */
function stateOf(
  context: Context,
  seen: Snapshot,
): { readonly done: Prepared['root']; readonly found?: Loaded<Root> } {
  const { policy } = context
  const found = readRoot(context, seen)
  if (found === 'corrupt') return { done: 'replaced' }
  // What was revoked while the store could forget is not known, and tokens from while it could not
  // lack epochs: when that changes, all that was issued before is revoked.
  if (found === null || wasEvicting(found.body) !== policy.missingMeansRefused)
    return { done: 'made' }
  return { done: maxLifetimeOf(found.body) < policy.maxLifetime ? 'raised' : 'present', found }
}
