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
  if (!remaining.linearizable) {
    throw new PolicyRefused(
      `The store ${name} may answer with records that are older than a revocation that it has acknowledged.`,
      evidenceOf(findings, 'linearizable', claimsOlderReads(repository)),
    )
  }
  const evidence = evidenceOf(findings, 'durability', claimsDurability(repository, remaining))
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

/** The findings that lower the claim; without one, what the adapter claims itself. */
function evidenceOf(
  findings: readonly Finding[],
  claim: keyof Capabilities,
  byAdapter: Finding,
): readonly Finding[] {
  const relevant = findings.filter(({ downgrades }) => downgrades?.[claim] !== undefined)
  return relevant.length > 0 ? relevant : [byAdapter]
}

function claimsOlderReads({ name }: TokenRepository): Finding {
  return {
    code: 'not-linearizable',
    message: `the adapter ${name} does not claim, with its options, that reads are linearizable`,
    fix: 'remove the option that makes its reads weaker, or pass assume: { linearizable: true } if you guarantee it',
  }
}

function claimsDurability({ name }: TokenRepository, { durability }: Capabilities): Finding {
  return {
    code: durability,
    message: `the adapter ${name} claims the durability '${durability}'`,
    fix: 'use a durable store: postgres, sqlite, mongodb, or redis with AOF and noeviction',
  }
}
