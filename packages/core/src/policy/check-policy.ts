import { type Capabilities, type Finding, lowerCapabilities } from '../adapter/capabilities.ts'
import type { TokenRepository } from '../adapter/contract.ts'
import { AdapterFault, InvalidInput } from '../errors.ts'
import { isName } from '../scopes/ids.ts'
import type { Policy } from './policy.ts'

const OPTIONAL = [
  ['listing', 'list'],
  ['pruning', 'prune'],
  ['notifications', 'watch'],
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
export async function checkPolicy(
  repository: TokenRepository,
  policy: Policy,
  findings: readonly Finding[],
): Promise<{ readonly capabilities: Capabilities; readonly policy: Policy }> {
  const left = lowerCapabilities(repository.capabilities, findings)
  if (left.durability === 'durable') return { capabilities: left, policy }
  const { restrictPolicy } = await import('./non-durable-policy.ts')
  return restrictPolicy(repository, left, policy, findings)
}
