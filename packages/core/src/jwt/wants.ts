import type { Text, Want } from '../input/grant.ts'
import type { Trusted } from '../input/options.schema.ts'
import type { Policy } from '../policy/policy.ts'
import type { Authenticated } from './authenticated.ts'

/** Whether a token is of the kind, for the audience and of the scope that the verifier demands. */
export function meetsWant(
  { claims, presented }: Authenticated,
  want: Want,
  policy: Policy,
  trusted: Trusted | null,
): boolean {
  const { kind = 'access', scope = '' } = want
  if (presented.kind !== kind) return false
  const granted = new Set(claims.scope?.split(' '))
  if (!scope.split(' ').every((value) => value === '' || granted.has(value))) return false
  if (kind === 'refresh') return includesAny(claims.aud, policy.issuer)
  const fits = trusted === null || includesAny(claims.aud, trusted.audience)
  const demanded = want.audience ?? (trusted === null ? policy.audience : undefined)
  return fits && (demanded === undefined || includesAny(claims.aud, demanded))
}

function includesAny(audience: Text | undefined, demanded: Text): boolean {
  const wanted = new Set([demanded].flat())
  return [audience ?? []].flat().some((value) => wanted.has(value))
}
