import type { Context } from '../context.ts'
import type { Authenticated } from '../jwt/authenticated.ts'
import { checkRequirements } from '../jwt/requirements.ts'
import type { Deadline } from '../store/deadline.ts'
import type { VerifyOptions } from '../types/call-options.ts'
import type { Inactive } from '../types/results.ts'
import { judgeClaims } from './decide.ts'
import { isInactive, refuse } from './outcome.ts'
import type { Refusal } from './types.ts'

/**
 * Everything that can refuse a token without the store: signature, requirements, claims. At once, where the
 * signature was checked before.
 */
export function precheck(
  context: Context,
  token: unknown,
  requirements: VerifyOptions,
  deadline: Deadline,
): Authenticated | Inactive | Promise<Authenticated | Inactive> {
  const found = context.authenticator.authenticate(token, deadline)
  return found instanceof Promise
    ? found.then((authenticated) => meets(context, authenticated, requirements))
    : meets(context, found, requirements)
}

function meets(
  { policy, issuers }: Context,
  authenticated: Authenticated | Refusal,
  requirements: VerifyOptions,
): Authenticated | Inactive {
  if (isInactive(authenticated)) return refuse(authenticated)
  const trusted = issuers.get(authenticated.claims.iss)?.trusted ?? null
  const refusal =
    checkRequirements(authenticated, requirements, policy, trusted) ??
    judgeClaims(authenticated.facts, policy, policy.clock())
  return refusal === null ? authenticated : refuse(refusal)
}
