import { isRecent, MAX_ROTATIONS } from '../decide/decide.ts'
import type { Rules } from '../decide/evidence.ts'
import type { Birth } from '../records/birth.ts'
import { makeRecord, nextRecord, type Read } from '../records/body.ts'
import type { Family, FamilyRotation } from '../records/family.ts'
import type { StoredRecord } from '../repository/contract.ts'

export interface FamilyStart {
  readonly key: string
  readonly groups: readonly string[]
  /** The absolute end, epoch ms. */
  readonly endsAt: number
  readonly retainUntil: number
  readonly loginAt: number
  readonly birth: Birth
}

export function startFamily(start: FamilyStart, id: string): StoredRecord {
  const { key, groups, endsAt: expiresAt, retainUntil, loginAt, birth } = start
  return makeRecord({ key, kind: 'family', state: 'active', groups, expiresAt, retainUntil }, {
    id,
    generation: 1,
    loginAt,
    birth,
    rotations: [],
  } satisfies Family)
}

/** The next generation. Keeps the rotations that a retry may still ask for. */
export function rotateFamily(
  found: Read<Family>,
  rotation: FamilyRotation,
  rules: Rules,
): StoredRecord {
  const { body } = found
  const kept = body.rotations.filter((past) => isRecent(past, rules, rotation.at))
  const rotations = [...kept, rotation].slice(-MAX_ROTATIONS)
  return nextRecord(found, { ...body, generation: rotation.generation + 1, rotations })
}
