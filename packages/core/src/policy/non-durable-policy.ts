import type { Capabilities, Finding } from '../adapter/capabilities.ts'
import type { TokenRepository } from '../adapter/contract.ts'
import { PolicyRefused } from '../errors.ts'
import { FOREVER } from '../records/root.ts'
import type { Policy } from './policy.ts'

/** A store that does not keep all that it acknowledged: what may be started on it, and by what rules. */
export function restrictPolicy(
  repository: TokenRepository,
  left: Capabilities,
  policy: Policy,
  findings: readonly Finding[],
): { readonly capabilities: Capabilities; readonly policy: Policy } {
  const { name } = repository
  const relevant = findings.filter(({ downgrades }) => downgrades?.durability !== undefined)
  const evidence = relevant.length > 0 ? relevant : [claim(repository, left)]
  if (left.durability === 'reverting') {
    throw new PolicyRefused(
      `${name} may go back to an older state, and bring back what was revoked.`,
      evidence,
    )
  }
  if (policy.mode === 'denylist' || policy.trusts) {
    const what = policy.mode === 'denylist' ? 'A denylist needs' : 'External issuers need'
    throw new PolicyRefused(
      `${what} a durable store: ${name} may forget a revocation. It keeps the allowlist of own tokens safe.`,
      evidence,
    )
  }
  // A list would leave out what is forgotten, and what is past goes by itself.
  const capabilities = { ...left, listing: false, pruning: false }
  // Whatever is absent refuses, so no lifetime is too long for what the store keeps of revocations.
  return { capabilities, policy: { ...policy, missingMeansRefused: true, maxLifetime: FOREVER } }
}

function claim({ name }: TokenRepository, { durability }: Capabilities): Finding {
  return {
    code: durability,
    message: `${name} is ${durability} by its own account`,
    fix: 'use a durable store: postgres, sqlite, mongodb, or redis with AOF and noeviction',
  }
}
