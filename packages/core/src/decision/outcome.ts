import type { Authenticated } from '../jwt/authenticated.ts'
import type { RevocationInfo } from '../records/cutoff.ts'
import type { Active, Claims, Inactive } from '../types/results.ts'
import type { RevocationNote } from '../types/revoke-options.ts'
import type { Reason, Refusal } from './types.ts'

/** A token that is accepted, as the result of a call. */
export function active<C extends object, D extends object = object>(
  { claims, facts }: Authenticated,
  storeChecked: boolean,
): Active<C, D> {
  // The application signs its own claims, so it knows their type.
  return { active: true, storeChecked, claims: claims as Claims & C, expiresAt: facts.expiresAt }
}

/** Whether it is a refusal: of core's own, or as a result. */
export function isInactive<T extends object>(
  value: T,
): value is Extract<T, { readonly active: false }> {
  return 'active' in value && value.active === false
}

/** A refusal as the result of a call. */
export function refuse(refusal: Refusal | Reason): Inactive {
  if (typeof refusal === 'string') return { active: false, reason: refusal }
  const { reason, decidedBy, info } = refusal
  return {
    active: false,
    reason,
    ...(decidedBy && { decidedBy }),
    ...revocationFields(info),
    ...claimFields(refusal),
  }
}

/** Which claim is wrong, and what was expected. */
export function claimFields({ claim, expected }: Refusal): { claim?: string; expected?: string } {
  return { ...(claim !== undefined && { claim }), ...(expected !== undefined && { expected }) }
}

/** When something was revoked and the note, as in a result. */
export function revocationFields(info: RevocationInfo | undefined): {
  at?: number
  note?: RevocationNote
} {
  if (info === undefined) return {}
  const { at, reason, actor } = info
  const note = { ...(reason !== undefined && { reason }), ...(actor !== undefined && { actor }) }
  return Object.keys(note).length === 0 ? { at } : { at, note }
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

/**
 * How a call has ended.
 * @param result `null`: it has failed
 */
export function outcomeOf(result: { readonly reason?: Reason } | null): {
  readonly outcome: 'ok' | 'inactive' | 'error'
  readonly reason?: Reason
} {
  if (result === null) return { outcome: 'error' }
  const { reason } = result
  return reason ? { outcome: 'inactive', reason } : { outcome: 'ok' }
}
