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

/** An adapter must have an optional method if, and only if, it claims the capability. */
export function checkManifest(repository: TokenRepository): void {
  if (!isName(repository.namespace)) {
    throw new InvalidInput(
      'repository.namespace',
      'must be a well-formed string of 1 to 1,024 UTF-16 code units.',
    )
  }
  for (const [capability, method] of OPTIONAL) {
    if (repository.capabilities[capability] === (typeof repository[method] === 'function')) continue
    throw new AdapterFault(
      `The adapter ${repository.name} must have ${method}() if and only if it claims '${capability}': report it to its authors.`,
    )
  }
}

/** What the store can do with its current settings; refuses a policy that it cannot guarantee (I10). */
export async function checkPolicy(
  repository: TokenRepository,
  policy: Policy,
  findings: readonly Finding[],
): Promise<{ readonly capabilities: Capabilities; readonly policy: Policy }> {
  const capabilities = lowerCapabilities(repository.capabilities, findings)
  const { durability, linearizable } = capabilities
  if (durability === 'durable' && linearizable) return { capabilities, policy }
  const { restrictPolicy } = await import('./restrict-policy.ts')
  return restrictPolicy(repository, capabilities, policy, findings)
}
