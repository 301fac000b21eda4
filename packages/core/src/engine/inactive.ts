import type { Reason, Refusal } from '../decide/evidence.ts'
import type { RevocationNote } from '../input/target.ts'
import type { Stamp } from '../records/cutoff.ts'
import type { Inactive } from './answers.ts'

export function inactive(refusal: Refusal | Reason): Inactive {
  if (typeof refusal === 'string') return { active: false, reason: refusal }
  const { reason, decidedBy, stamp } = refusal
  return {
    active: false,
    reason,
    ...(decidedBy && { decidedBy }),
    ...since(stamp),
    ...whyOf(refusal),
  }
}

/** Which claim, and what was wanted of it. */
export function whyOf({ claim, expected }: Refusal): { claim?: string; expected?: string } {
  return { ...(claim !== undefined && { claim }), ...(expected !== undefined && { expected }) }
}

/** When, why and by whom, as an answer shows it. */
export function since(stamp: Stamp | undefined): { at?: number; note?: RevocationNote } {
  if (stamp === undefined) return {}
  const { at, reason, actor } = stamp
  const note = { ...(reason !== undefined && { reason }), ...(actor !== undefined && { actor }) }
  return Object.keys(note).length === 0 ? { at } : { at, note }
}
