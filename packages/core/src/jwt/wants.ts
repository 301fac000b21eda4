import { invalidClaim } from '../decide/decide.ts'
import type { Refusal } from '../decide/evidence.ts'
import type { Text, Want } from '../input/grant.ts'
import type { Trusted } from '../input/options.schema.ts'
import type { Policy } from '../policy/policy.ts'
import type { Authenticated } from './authenticated.ts'
import { TYP } from './authenticator.ts'

/** What a token lacks of the kind, audience and scope that the verifier demands; `null`: nothing. */
export function judgeWant(
  { claims, presented }: Authenticated,
  want: Want,
  policy: Policy,
  trusted: Trusted | null,
): Refusal | null {
  const { kind = 'access', scope = '' } = want
  if (presented.kind !== kind) return invalidClaim('typ', TYP[kind])
  for (const wanted of audiences(want, policy, trusted)) {
    if (!includesAny(claims.aud, wanted)) return invalidClaim('aud', [wanted].flat().join(' or '))
  }
  const granted = new Set(claims.scope?.split(' '))
  const missing = scope.split(' ').filter((value) => value !== '' && !granted.has(value))
  if (missing.length === 0) return null
  return { active: false, reason: 'insufficient-scope', expected: missing.join(' ') }
}

/** Of each of these, one must be in `aud`. */
function audiences({ kind, audience }: Want, policy: Policy, trusted: Trusted | null): Text[] {
  if (kind === 'refresh') return [policy.issuer]
  if (trusted === null) return [audience ?? policy.audience]
  return audience === undefined ? [trusted.audience] : [trusted.audience, audience]
}

function includesAny(audience: Text | undefined, demanded: Text): boolean {
  const wanted = new Set([demanded].flat())
  return [audience ?? []].flat().some((value) => wanted.has(value))
}
