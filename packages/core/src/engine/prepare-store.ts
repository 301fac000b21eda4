import { isTokenwardError } from '../errors/errors.ts'
import type { Read } from '../records/body.ts'
import type { Root } from '../records/root.ts'
import { Budget } from '../store/budget.ts'
import { change, type Seen, type Step } from '../store/change.ts'
import { couldForget, makeRoot, maxLifetimeOf, raiseMaxLifetime } from '../transitions/root.ts'
import type { Prepared } from './answers.ts'
import type { Context } from './context.ts'
import { storedRoot } from './evidence.ts'

/** ms: a schema may take longer than one call. */
const MIGRATE_TIMEOUT_MS = 60_000
/** ms: a busy machine may need longer than one call; an account that may not write tries for so long. */
const ROOT_TIMEOUT_MS = 5_000

/** The schema, then the root; a `dryRun` writes nothing. */
export async function prepareStore(context: Context, dryRun: boolean): Promise<Prepared> {
  const { repository, store, findings } = context
  const migrate = repository.migrate?.bind(repository)
  const statements = migrate
    ? await store.call(new Budget(MIGRATE_TIMEOUT_MS), () => migrate(dryRun))
    : []
  return { statements, root: await prepareRoot(context, dryRun), findings }
}

async function prepareRoot(context: Context, dryRun: boolean): Promise<Prepared['root']> {
  const { store, policy, naming, rootOwner } = context
  const plan = (seen: Seen): Step<Prepared['root']> => {
    const { done, found } = stateOf(context, seen)
    const at = policy.clock()
    if (dryRun || done === 'present') return { done }
    const record =
      done === 'raised' && found
        ? raiseMaxLifetime(found, policy.maxLifetime, at)
        : makeRoot(rootOwner, policy.maxLifetime, at)
    const expected = seen.get(naming.root)?.etag ?? null
    return { write: { record, expected }, won: () => done }
  }
  try {
    const budget = new Budget(Math.max(policy.deadline, ROOT_TIMEOUT_MS))
    return await change(store, budget, [naming.root], plan)
  } catch (error) {
    // Before the schema is made there is nothing to read.
    if (dryRun && isTokenwardError(error, 'TOKENWARD_NOT_PREPARED')) return 'made'
    throw error
  }
}

/** What is to be done about the root. */
function stateOf(
  context: Context,
  seen: Seen,
): { readonly done: Prepared['root']; readonly found?: Read<Root> } {
  const { policy } = context
  const found = storedRoot(context, seen)
  if (found === 'corrupt') return { done: 'replaced' }
  // What was revoked while the store could forget is not known, and tokens from while it could not
  // lack epochs: when that changes, all that was issued before is revoked.
  if (found === null || couldForget(found.body) !== policy.absentRefuses) return { done: 'made' }
  return { done: maxLifetimeOf(found.body) < policy.maxLifetime ? 'raised' : 'present', found }
}
