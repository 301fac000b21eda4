import type { RevocationInfo } from '../records/cutoff.ts'
import type { Inactive } from '../types/results.ts'
import type { RevocationNote } from '../types/revoke-options.ts'
import type { Reason, Refusal } from './types.ts'

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
