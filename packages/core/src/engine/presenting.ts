import { judgeClaims } from '../decide/decide.ts'
import type { VerifyOptions } from '../input/grant.ts'
import type { Authenticated } from '../jwt/authenticated.ts'
import { isRefusal } from '../jwt/authenticator.ts'
import { checkRequirements } from '../jwt/wants.ts'
import type { Budget } from '../store/budget.ts'
import type { Active, Claims, Inactive } from './answers.ts'
import type { Context } from './context.ts'
import { inactive } from './inactive.ts'

/** A token that is signed, wanted and not past: worth asking the store about. */
export async function present(
  context: Context,
  token: unknown,
  want: VerifyOptions,
  budget?: Budget,
): Promise<Authenticated | Inactive> {
  const { policy, authenticator, issuers } = context
  const authenticated = await authenticator.authenticate(token, budget)
  if (isRefusal(authenticated)) return inactive(authenticated)
  const trusted = issuers.get(authenticated.claims.iss)?.trusted ?? null
  const refusal =
    checkRequirements(authenticated, want, policy, trusted) ??
    judgeClaims(authenticated.presented, policy, policy.clock())
  return refusal === null ? authenticated : inactive(refusal)
}

export function isInactive(value: object): value is Inactive {
  return 'active' in value && value.active === false
}

export function active<C extends object>(
  { claims, presented }: Authenticated,
  storeChecked: boolean,
): Active<C> {
  return {
    active: true,
    storeChecked,
    claims: claims as Claims & C,
    expiresAt: presented.expiresAt,
  }
}

interface Whom {
  subject?: string
  client?: string
}

/** Whom an event is about. */
export function about({ principal, tokenKey, claims }: Authenticated): Whom & {
  record: string
  jti?: string
} {
  const { jti } = claims
  return { record: tokenKey, ...whom(principal), ...(jti !== undefined && { jti }) }
}

export function whom({
  subject,
  client,
}: {
  readonly subject?: string | undefined
  readonly client?: string | undefined
}): Whom {
  return {
    ...(subject !== undefined && { subject }),
    ...(client !== undefined && { client }),
  }
}
