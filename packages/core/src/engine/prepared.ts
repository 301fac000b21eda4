import { isTokenwardError, NotPrepared, PolicyRefused } from '../errors/errors.ts'
import { FORMAT } from '../records/root.ts'
import { Budget } from '../store/budget.ts'
import { longestOf } from '../transitions/root.ts'
import type { Context } from './context.ts'
import { standingRoot } from './evidence.ts'

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
    if (!isTokenwardError(error, 'TOKENWARD_NOT_PREPARED')) throw error
  }
  const { prepareStore } = await import('./prepare-store.ts')
  await prepareStore(context, false)
}
