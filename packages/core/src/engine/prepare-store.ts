import { isTokenwardError } from '../errors/errors.ts'
import { Budget } from '../store/budget.ts'
import { change, type Seen, type Step } from '../store/change.ts'
import { couldForget, longestOf, makeRoot, raiseLongest } from '../transitions/root.ts'
import type { Prepared } from './answers.ts'
import type { Context } from './context.ts'
import { standingRoot } from './evidence.ts'

/** ms: a schema may take longer than one call. */
const MIGRATING = 60_000

/** The schema, then the root; a `dryRun` writes nothing. */
export async function prepareStore(context: Context, dryRun: boolean): Promise<Prepared> {
  const { repository, store, findings } = context
  const migrate = repository.migrate?.bind(repository)
  const statements = migrate ? await store.call(new Budget(MIGRATING), () => migrate(dryRun)) : []
  return { statements, root: await prepareRoot(context, dryRun), findings }
}

async function prepareRoot(context: Context, dryRun: boolean): Promise<Prepared['root']> {
  const { store, policy, naming } = context
  const plan = (seen: Seen): Step<Prepared['root']> => {
    const found = standingRoot(context, seen)
    const at = policy.clock()
    // What was revoked while the store could forget is not known, and tokens from while it could not
    // lack epochs: when that changes, all of before is taken back.
    const made = found === null || couldForget(found.body) !== policy.absentRefuses
    const done = made ? 'made' : longestOf(found.body) < policy.longest ? 'raised' : 'present'
    if (dryRun || done === 'present') return { done }
    const record = made
      ? makeRoot(naming.root, naming.check, policy.longest, at)
      : raiseLongest(found, policy.longest, at)
    return { write: { record, expected: found?.record.etag ?? null }, won: () => done }
  }
  try {
    return await change(store, new Budget(policy.deadline), [naming.root], plan)
  } catch (error) {
    // Before the schema is made there is nothing to read.
    if (dryRun && isTokenwardError(error, 'TOKENWARD_NOT_PREPARED')) return 'made'
    throw error
  }
}
