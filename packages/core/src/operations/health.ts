import type { Context } from '../context.ts'
import { requireRoot } from '../decision/collect.ts'
import { isTokenwardError, KeysUnavailable } from '../errors.ts'
import type { Issuer } from '../jwt/issuer.ts'
import { bodyOf } from '../records/body.ts'
import type { Deadline } from '../store/deadline.ts'
import { corruptRoot } from '../transitions/root.ts'
import type { Health, IssuerHealth } from '../types/inspection.ts'

/**
 * Checks whether the store answers and has a root record, and whether there are keys of all issuers.
 * Problems are in the result; they are not thrown.
 */
export async function health(context: Context): Promise<Health> {
  const { repository, capabilities, findings, issuers, ownKeys, policy } = context
  const deadline = context.deadline()
  const [{ longest, ...store }, ...keys] = await Promise.all([
    storeHealth(context, deadline),
    ...[...issuers.values()].map((issuer) => issuerHealth(issuer, deadline)),
  ])
  return {
    ok: store.error === undefined && keys.every(({ ok }) => ok),
    adapter: repository.name,
    capabilities,
    findings,
    issuers: keys,
    signingKeys: ownKeys?.health(longest ?? policy.maxLifetime) ?? [],
    ...store,
  }
}

async function storeHealth(
  context: Context,
  deadline: Deadline,
): Promise<Pick<Health, 'latency' | 'error'> & { readonly longest?: number }> {
  const { store, keyDeriver } = context
  const started = performance.now()
  const latency = () => performance.now() - started
  try {
    const root = requireRoot(context, await store.read([keyDeriver.root], deadline))
    // Tokens that were issued under an earlier, longer lifetime are accepted, too.
    const lifetimes = bodyOf(root)?.maxLifetimes.map(({ ms }) => ms) ?? []
    if (root !== 'corrupt')
      return { latency: latency(), longest: Math.max(context.policy.maxLifetime, ...lifetimes) }
    return { latency: latency(), error: corruptRoot() }
  } catch (error) {
    if (isTokenwardError(error, 'TOKENWARD_CLOSED') || !(error instanceof Error)) throw error
    return { latency: latency(), error }
  }
}

async function issuerHealth(trusted: Issuer, deadline: Deadline): Promise<IssuerHealth> {
  const { issuer, remote } = trusted
  try {
    const { length: keys } = await trusted.load(deadline)
    const { fetchedAt, skipped = [] } = remote?.fetched ?? {}
    const error = remote?.error ?? (keys > 0 ? null : noKeys(issuer, skipped))
    return {
      issuer,
      ok: keys > 0,
      keys,
      ...(fetchedAt !== undefined && { fetchedAt }),
      ...(skipped.length > 0 && { skipped }),
      ...(error && { error }),
    }
  } catch (error) {
    if (!isTokenwardError(error, 'TOKENWARD_KEYS_UNAVAILABLE')) throw error
    return { issuer, ok: false, keys: 0, error }
  }
}

function noKeys(issuer: string, skipped: readonly string[]): KeysUnavailable {
  return new KeysUnavailable(
    [`The key set of ${issuer} has no key that can verify.`, ...skipped].join(' '),
  )
}
