import type { Finding } from '../adapter/capabilities.ts'
import type { Context } from '../context.ts'
import { OPEN_TIMEOUT_MS } from '../context.ts'
import { readRoot } from '../decision/collect.ts'
import { isTokenwardError, NotPrepared, PolicyRefused } from '../errors.ts'
import { preparedLease } from '../lease/leases.ts'
import type { Loaded } from '../records/body.ts'
import { FORMAT, type Root } from '../records/root.ts'
import { Deadline } from '../store/deadline.ts'
import { corruptRoot, maxLifetimeOf, wasEvicting } from '../transitions/root.ts'
import type { Policy } from './policy.ts'

/**
 * Checks that the root record exists, has the same pepper, and allows the lifetimes of the policy.
 * @returns further findings
 */
export async function checkAtStartup(context: Context): Promise<readonly Finding[]> {
  const { policy } = context
  // Under an allowlist an empty store accepts no token, so the instance may prepare it.
  const mayPrepare = policy.mode === 'allowlist' && !policy.trustsOthers
  const found = mayPrepare ? await prepareIfMissing(context) : await loadRoot(context)
  if (found === null && policy.missingMeansRefused) return []
  if (found === null || !isCompatible(context, found)) {
    throw new NotPrepared(
      `The store has no compatible root record (format ${FORMAT}): run prepare() with these options, or \`tokenward migrate\`, once.`,
    )
  }
  checkLease(policy, found.body)
  const maxLifetime = maxLifetimeOf(found.body)
  if (maxLifetime >= policy.maxLifetime) {
    const { missingKeys } = await import('../sealing/key-ids.ts')
    return [...sharedNamespace(context, found), ...missingKeys(context, found.body)]
  }
  throw new PolicyRefused('The lifetimes are longer than the store was prepared for.', [
    {
      code: 'max-lifetime',
      message: `the longest lifetime in the options is ${policy.maxLifetime} ms, and the store retains revocations for ${maxLifetime} ms`,
      fix: 'run prepare() with these options to allow it, or shorten the lifetimes',
    },
  ])
}

function checkLease({ lease }: Policy, root: Root): void {
  const prepared = preparedLease(root)
  if (lease === null || lease <= prepared) return
  throw new PolicyRefused('The lease is longer than the store was prepared for.', [
    {
      code: 'lease',
      message: `the lease in the options is ${lease} ms, and revocations wait for ${prepared} ms`,
      fix: 'run prepare() with these options to allow it, or shorten the lease',
    },
  ])
}

/** `revoke({ everything: true })` and the longest lifetime apply to a whole namespace. */
function sharedNamespace(
  { rootOwner, repository }: Context,
  { body }: Loaded<Root>,
): readonly Finding[] {
  const { issuer } = rootOwner
  if (issuer === undefined || body.issuer === undefined || body.issuer === issuer) return []
  return [
    {
      code: 'shared-namespace',
      message: `another issuer prepared the namespace ${JSON.stringify(repository.namespace)}: revoke({ everything: true }) of one issuer revokes the tokens of both`,
      fix: 'give each issuer its own namespace, in the options of its repository',
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

/** Whether it was created for an evicting store if, and only if, this one is evicting. */
function isCompatible({ policy }: Context, { body }: Loaded<Root>): boolean {
  return wasEvicting(body) === policy.missingMeansRefused
}

async function prepareIfMissing(context: Context): Promise<Loaded<Root> | null> {
  try {
    const found = await loadRoot(context)
    // On an evicting store, the next login creates it.
    if (found === null ? context.policy.missingMeansRefused : isCompatible(context, found))
      return found
  } catch (error) {
    if (!isTokenwardError(error, 'TOKENWARD_NOT_PREPARED')) throw error
  }
  const { prepareStore } = await import('./root-record.ts')
  await prepareStore(context, false)
  return loadRoot(context)
}
