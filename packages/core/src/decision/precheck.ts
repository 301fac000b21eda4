import type { Context } from '../context.ts'
import type { Authenticated } from '../jwt/authenticated.ts'
import { checkRequirements } from '../jwt/requirements.ts'
import type { Deadline } from '../store/deadline.ts'
import type { VerifyOptions } from '../types/call-options.ts'
import type { Inactive } from '../types/results.ts'
import { judgeClaims } from './decide.ts'
import { isInactive, refuse } from './outcome.ts'

/** Everything that can refuse a token without the store: signature, requirements, claims. */
export async function precheck(
  context: Context,
  token: unknown,
  requirements: VerifyOptions,
  deadline: Deadline,
): Promise<Authenticated | Inactive> {
  const { policy, authenticator, issuers } = context
  const authenticated = await authenticator.authenticate(token, deadline)
  if (isInactive(authenticated)) return refuse(authenticated)
  const trusted = issuers.get(authenticated.claims.iss)?.trusted ?? null
  const refusal =
    checkRequirements(authenticated, requirements, policy, trusted) ??
    judgeClaims(authenticated.facts, policy, policy.clock())
  return refusal === null ? authenticated : refuse(refusal)
}
