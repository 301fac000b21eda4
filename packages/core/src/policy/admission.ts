import { AdapterFault, InvalidInput, PolicyRefused } from '../errors/errors.ts'
import { isName } from '../naming/names.ts'
import { type Capabilities, type Finding, lowerCapabilities } from '../repository/capabilities.ts'
import type { TokenRepository } from '../repository/contract.ts'
import type { Policy } from './policy.ts'

const OPTIONAL = [
  ['listing', 'list'],
  ['pruning', 'prune'],
  ['watching', 'watch'],
] as const

/** An adapter has its optional methods exactly where it claims them. */
export function checkManifest(repository: TokenRepository): void {
  if (!isName(repository.namespace)) {
    throw new InvalidInput(
      'repository.namespace',
      'must be a string of 1 to 1024 well-formed UTF-16 units.',
    )
  }
  for (const [capability, method] of OPTIONAL) {
    if (repository.capabilities[capability] === (typeof repository[method] === 'function')) continue
    throw new AdapterFault(
      `${repository.name} must have ${method}() exactly if it claims '${capability}'.`,
    )
  }
}

/** What the backend can do as it is set up, or a refusal: a policy that it cannot keep is not started (I10). */
export function admit(
  repository: TokenRepository,
  policy: Policy,
  findings: readonly Finding[],
): Capabilities {
  const left = lowerCapabilities(repository.capabilities, findings)
  if (left.retention === 'durable') return left
  const relevant = findings.filter(({ lowers }) => lowers?.retention !== undefined)
  const evidence = relevant.length > 0 ? relevant : [claim(repository, left)]
  if (left.retention === 'regressive') {
    throw new PolicyRefused(
      `${repository.name} may go back to an older state, and bring back what was revoked.`,
      evidence,
    )
  }
  if (policy.mode === 'denylist' || policy.trusts) {
    const what = policy.mode === 'denylist' ? 'A denylist needs' : 'Foreign issuers need'
    throw new PolicyRefused(
      `${what} a durable store: ${repository.name} may forget a revocation.`,
      evidence,
    )
  }
  throw new PolicyRefused(
    `${repository.name} may forget records; this version serves durable stores.`,
    evidence,
  )
}

function claim({ name }: TokenRepository, { retention }: Capabilities): Finding {
  return {
    code: retention,
    message: `${name} is ${retention} by its own account`,
    fix: 'use a durable store: postgres, sqlite, mongodb, or redis with AOF and noeviction',
  }
}
