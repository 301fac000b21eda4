import { invalidClaim } from '../decision/decide.ts'
import type { Refusal } from '../decision/types.ts'
import type { Trusted } from '../input/options.schema.ts'
import type { Policy } from '../policy/policy.ts'
import type { OneOrMany, VerifyOptions } from '../types/call-options.ts'
import type { Authenticated } from './authenticated.ts'
import { TYP } from './authenticator.ts'

/** What a token lacks of the kind, audience and scope that the verifier demands; `null`: nothing. */
export function checkRequirements(
  { claims, facts }: Authenticated,
  want: VerifyOptions,
  policy: Policy,
  trusted: Trusted | null,
): Refusal | null {
  const { kind = 'access', scope } = want
  if (facts.kind !== kind) return invalidClaim('typ', TYP[kind])
  const claim = trusted?.audienceClaim ?? 'aud'
  for (const wanted of audiences(want, policy, trusted)) {
    const found = textIn(claims, claim)
    if (!includesAny(found, wanted)) return invalidClaim(claim, [wanted].flat().join(' or '))
  }
  if (scope === undefined) return null
  const granted = new Set(claims.scope?.split(' '))
  const missing = scope.split(' ').filter((value) => value !== '' && !granted.has(value))
  if (missing.length === 0) return null
  return { active: false, reason: 'insufficient-scope', expected: missing.join(' ') }
}

/** Of each of these, one must be in the claim that names the audience. */
function audiences(
  { kind, audience }: VerifyOptions,
  policy: Policy,
  trusted: Trusted | null,
): OneOrMany[] {
  if (kind === 'refresh') return [policy.issuer]
  if (trusted === null) return [audience ?? policy.audience]
  return audience === undefined ? [trusted.audience] : [trusted.audience, audience]
}

/** A claim where it holds one text or several. */
function textIn(claims: object, name: string): OneOrMany | undefined {
  const value: unknown = Object.hasOwn(claims, name) ? Reflect.get(claims, name) : undefined
  if (typeof value === 'string') return value
  return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : undefined
}

function includesAny(audience: OneOrMany | undefined, demanded: OneOrMany): boolean {
  if (typeof demanded !== 'string') return demanded.some((one) => includesAny(audience, one))
  return typeof audience === 'string' ? audience === demanded : !!audience?.includes(demanded)
}
