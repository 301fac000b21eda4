import { invalidClaim } from '../decision/decide.ts'
import type { Refusal } from '../decision/types.ts'
import type { Trusted } from '../input/trust.schema.ts'
import type { Policy } from '../policy/policy.ts'
import type { OneOrMany, VerifyOptions } from '../types/call-options.ts'
import type { Authenticated } from './authenticated.ts'
import { TYP } from './authenticator.ts'
import { claimOf } from './claims.ts'

/** Which requirement of the caller a token does not meet; `null`: it meets all of them. */
export function checkRequirements(
  { claims, facts }: Authenticated,
  requirements: VerifyOptions,
  policy: Policy,
  trusted: Trusted | null,
): Refusal | null {
  const { kind = 'access', scope, acceptKeyBound } = requirements
  if (facts.kind !== kind) return invalidClaim('typ', TYP[kind])
  // Tokenward cannot check that the client possesses a key (RFC 7800).
  if (!acceptKeyBound && 'cnf' in claims) return invalidClaim('cnf', 'no claim of that name')
  const claim = trusted?.audienceClaim ?? 'aud'
  for (const accepted of requiredAudiences(requirements, policy, trusted)) {
    const audience = stringsIn(claims, claim)
    if (!includesAny(audience, accepted)) return invalidClaim(claim, [accepted].flat().join(' or '))
  }
  const missingClaim = trusted && checkRequiredClaims(claims, trusted)
  if (missingClaim) return missingClaim
  if (scope === undefined) return null
  const values = stringsIn(claims, trusted?.scope ?? 'scope') ?? ''
  const granted = new Set([values].flat().join(' ').split(' '))
  const missing = scope.split(' ').filter((value) => value !== '' && !granted.has(value))
  if (missing.length === 0) return null
  return { active: false, reason: 'insufficient-scope', expected: missing.join(' ') }
}

function checkRequiredClaims(claims: object, { requiredClaims = {} }: Trusted): Refusal | null {
  for (const [name, rule] of Object.entries(requiredClaims)) {
    const value = claimOf(claims, name)
    if (rule === true ? value === undefined : value !== rule)
      return invalidClaim(name, rule === true ? 'any value' : rule)
  }
  return null
}

/** One value of each of these must be in the claim that names the audience. */
function requiredAudiences(
  { kind, audience }: VerifyOptions,
  policy: Policy,
  trusted: Trusted | null,
): OneOrMany[] {
  if (kind === 'refresh') return [policy.issuer]
  if (trusted === null) return [audience ?? policy.audience]
  return audience === undefined ? [trusted.audience] : [trusted.audience, audience]
}

/** A claim, if it is a string or a list of strings. */
function stringsIn(claims: object, name: string): OneOrMany | undefined {
  const value = claimOf(claims, name)
  if (typeof value === 'string') return value
  return Array.isArray(value) && value.every((each) => typeof each === 'string') ? value : undefined
}

function includesAny(audience: OneOrMany | undefined, accepted: OneOrMany): boolean {
  if (typeof accepted !== 'string') return accepted.some((each) => includesAny(audience, each))
  return typeof audience === 'string' ? audience === accepted : !!audience?.includes(accepted)
}
