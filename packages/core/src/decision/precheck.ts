import type { Context } from '../context.ts'
import type { Authenticated } from '../jwt/authenticated.ts'
import { isRefusal } from '../jwt/authenticator.ts'
import { checkRequirements } from '../jwt/requirements.ts'
import type { Deadline } from '../store/deadline.ts'
import type { VerifyOptions } from '../types/call-options.ts'
import type { Active, Claims, Inactive } from '../types/results.ts'
import { judgeClaims } from './decide.ts'
import { refuse } from './outcome.ts'

/** Everything that can refuse a token without the store: signature, requirements, claims. */
export async function precheck(
  context: Context,
  token: unknown,
  requirements: VerifyOptions,
  deadline: Deadline,
): Promise<Authenticated | Inactive> {
  const { policy, authenticator, issuers } = context
  const authenticated = await authenticator.authenticate(token, deadline)
  if (isRefusal(authenticated)) return refuse(authenticated)
  const trusted = issuers.get(authenticated.claims.iss)?.trusted ?? null
  const refusal =
    checkRequirements(authenticated, requirements, policy, trusted) ??
    judgeClaims(authenticated.facts, policy, policy.clock())
  return refusal === null ? authenticated : refuse(refusal)
}

export function isInactive(value: object): value is Inactive {
  return 'active' in value && value.active === false
}

export function active<C extends object>(
  { claims, facts }: Authenticated,
  storeChecked: boolean,
): Active<C> {
  // The application signs its own claims, so it knows their type.
  return { active: true, storeChecked, claims: claims as Claims & C, expiresAt: facts.expiresAt }
}

interface PrincipalFields {
  subject?: string
  client?: string
}

/** What an event tells about a token. */
export function eventFields({ principal, tokenKey, claims }: Authenticated): PrincipalFields & {
  record: string
  jti?: string
} {
  const { jti } = claims
  return { record: tokenKey, ...principalFields(principal), ...(jti !== undefined && { jti }) }
}

export function principalFields({
  subject,
  client,
}: {
  readonly subject?: string | undefined
  readonly client?: string | undefined
}): PrincipalFields {
  return {
    ...(subject !== undefined && { subject }),
    ...(client !== undefined && { client }),
  }
}
