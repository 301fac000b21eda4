import type { Finding } from '../adapter/capabilities.ts'
import type { Context } from '../context.ts'
import { OPEN_TIMEOUT_MS } from '../context.ts'
import { corruptRoot, readRoot } from '../decision/collect.ts'
import { isTokenwardError, NotPrepared, PolicyRefused } from '../errors.ts'
import type { Loaded } from '../records/body.ts'
import { FORMAT, type Root } from '../records/root.ts'
import { Deadline } from '../store/deadline.ts'
import { maxLifetimeOf, wasEvicting } from '../transitions/root.ts'

/**
 * At the start of an instance: the root record is there, is of this pepper, and allows the lifetimes of
 * the policy.
 * @returns what else was found
 */
export async function checkAtStartup(context: Context): Promise<readonly Finding[]> {
  const { policy } = context
  // Where unknown means refused, an empty store opens nothing: no need to ask.
  const made = policy.mode === 'allowlist' && !policy.trusts
  const found = made ? await prepareIfMissing(context) : await loadRoot(context)
  if (found === null && policy.missingMeansRefused) return []
  if (found === null || !isCompatible(context, found)) {
    throw new NotPrepared(
      `The store has no root record of format ${FORMAT}, or one of when it could forget: run prepare() with these options, or \`tokenward migrate\`, once.`,
    )
  }
  const maxLifetime = maxLifetimeOf(found.body)
  if (maxLifetime >= policy.maxLifetime) return sharedNamespace(context, found)
  throw new PolicyRefused('', [
    {
      code: 'max-lifetime',
      message: `the longest lifetime here is ${policy.maxLifetime} ms, the store keeps revocations for ${maxLifetime} ms`,
      fix: 'run prepare() with these options to raise it, or shorten the lifetimes',
    },
  ])
}

/** `revoke({ everything: true })` and the lifetimes are the namespace's: two issuers are better off with two. */
function sharedNamespace(
  { rootOwner, repository }: Context,
  { body }: Loaded<Root>,
): readonly Finding[] {
  const { issuer } = rootOwner
  if (issuer === undefined || body.issuer === undefined || body.issuer === issuer) return []
  return [
    {
      code: 'shared-namespace',
      message: `another issuer prepared the namespace ${JSON.stringify(repository.namespace)}: revoke({ everything: true }) of one revokes the tokens of both`,
      fix: 'give each issuer a namespace of its own, in the options of its repository',
    },
  ]
}

async function loadRoot(context: Context): Promise<Loaded<Root> | null> {
  const { store, keyDeriver } = context
  const found = readRoot(
    context,
    await store.read([keyDeriver.root], new Deadline(OPEN_TIMEOUT_MS)),
  )
  if (found === 'corrupt') throw corruptRoot()
  return found
}

/** Made for a store that forgets, exactly where this one does. */
function isCompatible({ policy }: Context, { body }: Loaded<Root>): boolean {
  return wasEvicting(body) === policy.missingMeansRefused
}

async function prepareIfMissing(context: Context): Promise<Loaded<Root> | null> {
  try {
    const found = await loadRoot(context)
    // Whoever logs in next makes it, where that is so.
    if (found === null ? context.policy.missingMeansRefused : isCompatible(context, found))
      return found
  } catch (error) {
    if (!isTokenwardError(error, 'TOKENWARD_NOT_PREPARED')) throw error
  }
  const { prepareStore } = await import('./root-record.ts')
  await prepareStore(context, false)
  return loadRoot(context)
}
