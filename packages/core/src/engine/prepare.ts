import { NotPrepared, PolicyRefused, StoreUnavailable } from '../errors/errors.ts'
import { parsePrepare } from '../input/arguments.ts'
import type { TokenwardOptions } from '../input/options.ts'
import type { Read } from '../records/body.ts'
import { FORMAT, type Root } from '../records/root.ts'
import { Budget } from '../store/budget.ts'
import { change, type Seen, type Step } from '../store/change.ts'
import { longestOf, makeRoot, raiseLongest } from '../transitions/root.ts'
import type { Prepared } from './answers.ts'
import type { Context } from './context.ts'
import { rootIn } from './evidence.ts'
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

function standingRoot(context: Context, seen: Seen): Read<Root> | null {
  if ((seen.get(context.naming.root) ?? null) === null) return null
  const found = rootIn(context, seen)
  if (found === 'damaged')
    throw new StoreUnavailable('The root record cannot be read: restore it, or wipe the store.')
  return found
}

/** At the start of a ward: this world is there, is ours, and keeps what the policy promises. */
export async function checkPrepared(context: Context): Promise<void> {
  const { policy, store, naming } = context
  // Where unknown means refused, an empty store opens nothing: no need to ask.
  if (policy.mode === 'registry' && !policy.trusts) await prepareMissing(context)
  const seen = await store.read([naming.root], new Budget(policy.deadline))
  const found = standingRoot(context, seen)
  if (found === null) {
    throw new NotPrepared(
      `The store has no root record of format ${FORMAT}: run prepare() with these options, or \`tokenward migrate\`, once.`,
    )
  }
  const longest = longestOf(found.body)
  if (longest >= policy.longest) return
  throw new PolicyRefused('', [
    {
      code: 'longest-lifetime',
      message: `the longest lifetime here is ${policy.longest} ms, the store keeps revocations for ${longest} ms`,
      fix: 'run prepare() with these options to raise it, or shorten the lifetimes',
    },
  ])
}

async function prepareMissing(context: Context): Promise<void> {
  const { policy, store, naming } = context
  try {
    const seen = await store.read([naming.root], new Budget(policy.deadline))
    if ((seen.get(naming.root) ?? null) !== null) return
  } catch (error) {
    if (!(error instanceof NotPrepared)) throw error
  }
  await prepareStore(context, false)
}
