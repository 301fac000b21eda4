import { NotPrepared } from '../errors/errors.ts'
import { parsePrepare } from '../input/operator.schema.ts'
import type { TokenwardOptions } from '../input/options.ts'
import { Budget } from '../store/budget.ts'
import { change, type Seen, type Step } from '../store/change.ts'
import { longestOf, makeRoot, raiseLongest } from '../transitions/root.ts'
import type { Prepared } from './answers.ts'
import type { Context } from './context.ts'
import { standingRoot } from './evidence.ts'
import { setUp } from './setup.ts'

/** ms: a schema may take longer than one call. */
const MIGRATING = 60_000

/**
 * Makes what the store needs: the schema and the root record, and raises the longest lifetime.
 * Opens the repository and closes it again. `dryRun` changes nothing and says what it would do.
 * @throws StoreUnavailable, PolicyRefused (wrong pepper, unfit backend), InvalidInput
 */
export async function prepare(
  options: TokenwardOptions,
  flags?: { readonly dryRun?: boolean },
): Promise<Prepared> {
  const { dryRun } = parsePrepare(flags)
  const context = await setUp(options)
  try {
    return await prepareStore(context, dryRun)
  } finally {
    await context.store.close()
  }
}

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
    const made = found === null
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
    if (dryRun && error instanceof NotPrepared) return 'made'
    throw error
  }
}
