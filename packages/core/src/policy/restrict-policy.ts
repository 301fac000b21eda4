import type { Capabilities, Finding } from '../adapter/capabilities.ts'
import type { TokenRepository } from '../adapter/contract.ts'
import { PolicyRefused } from '../errors.ts'
import { FOREVER } from '../records/root.ts'
import type { Policy } from './policy.ts'

/** Which policies a store that is not durable can guarantee, and by which rules. None, if reads may be old. */
export function restrictPolicy(
  repository: TokenRepository,
  remaining: Capabilities,
  policy: Policy,
  findings: readonly Finding[],
): { readonly capabilities: Capabilities; readonly policy: Policy } {
  const { name } = repository
  const evidence = evidenceOf(repository, remaining, findings)
  if (!remaining.linearizable) {
    throw new PolicyRefused(
      `The store ${name} may answer with records that are older than a revocation that it has acknowledged.`,
      evidence,
    )
  }
  if (remaining.durability === 'reverting') {
    throw new PolicyRefused(
      `The store ${name} may return to an older state, in which revoked tokens are valid again.`,
      evidence,
    )
  }
  if (policy.mode === 'denylist' || policy.trustsOthers) {
    const what =
      policy.mode === 'denylist' ? "The policy 'denylist' needs" : 'External issuers need'
    throw new PolicyRefused(
      `${what} a durable store: ${name} may evict a revocation. Use policy 'allowlist' without external issuers, or another store.`,
      evidence,
    )
  }
  // A list would be incomplete, and the store removes old records without pruning.
  const capabilities = { ...remaining, listing: false, pruning: false }
  // A missing cutoff means refused, so no lifetime is longer than its retention.
  return { capabilities, policy: { ...policy, missingMeansRefused: true, maxLifetime: FOREVER } }
}

/** The findings that lower what is missing; without one, the adapter's own claim. */
function evidenceOf(
  { name }: TokenRepository,
  { durability, linearizable }: Capabilities,
  findings: readonly Finding[],
): readonly Finding[] {
  const missing = linearizable ? 'durability' : 'linearizable'
  const relevant = findings.filter(({ downgrades }) => downgrades?.[missing] !== undefined)
  if (relevant.length > 0) return relevant
  if (linearizable) {
    return [
      {
        code: durability,
        message: `the adapter ${name} claims the durability '${durability}'`,
        fix: 'use a durable store: postgres, sqlite, mongodb, or redis with AOF and noeviction',
      },
    ]
  }
  return [
    {
      code: 'not-linearizable',
      message: `the adapter ${name} does not claim, with its options, that reads are linearizable`,
      fix: 'remove the option that makes its reads weaker, or pass assume: { linearizable: true } if you guarantee it',
    },
  ]
}
