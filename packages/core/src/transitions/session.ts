import type { StoredRecord } from '../adapter/contract.ts'
import { isRecent, MAX_ROTATIONS } from '../decision/rotation-window.ts'
import type { Rules } from '../decision/types.ts'
import type { Loaded } from '../records/body.ts'
import { type EpochSnapshot, toStoredEpochs } from '../records/epochs.ts'
import { makeRecord, nextRecord } from '../records/make-record.ts'
import type { Session, SessionRotation } from '../records/session.ts'

export interface SessionStart {
  readonly key: string
  readonly groups: readonly string[]
  /** When the session ends, in ms since 1970. */
  readonly endsAt: number
  readonly retainUntil: number
  readonly loginAt: number
  readonly issuedUnder: EpochSnapshot
  /** When its first refresh token expires, in ms since 1970. */
  readonly refreshUntil: number
  readonly sealed: string | undefined
}

export function startSession(start: SessionStart, id: string): StoredRecord {
  const { key, groups, endsAt, retainUntil, loginAt, issuedUnder, refreshUntil, sealed } = start
  const body: Session = {
    id,
    generation: 1,
    loginAt,
    ...toStoredEpochs(issuedUnder),
    refreshUntil,
    rotations: [],
    settled: 0,
    sealed,
  }
  const times = { createdAt: loginAt, expiresAt: endsAt, retainUntil }
  return makeRecord({ key, kind: 'session', state: 'active', groups, ...times }, body)
}

/** The session after a rotation. Keeps the rotations that a retry may still need. */
export function rotateSession(
  found: Loaded<Session>,
  rotation: SessionRotation,
  rules: Rules,
): StoredRecord {
  const { wayPoint, settled, ...body } = found.body
  const earlier = [...(wayPoint ? [wayPoint] : []), ...body.rotations]
  const past = earlier.filter((each) => !isRecent(each, rules, rotation.at))
  const recent = body.rotations.filter((each) => isRecent(each, rules, rotation.at))
  const rotations = [...recent, rotation].slice(-MAX_ROTATIONS)
  const overflowed = recent.length >= MAX_ROTATIONS ? recent[0] : undefined
  const next = wayPoint && isRecent(wayPoint, rules, rotation.at) ? wayPoint : overflowed
  return nextRecord(found, {
    ...body,
    generation: rotation.generation + 1,
    refreshUntil: rotation.expiresAt,
    rotations,
    ...(next && { wayPoint: { generation: next.generation, at: next.at } }),
    settled: Math.max(settled, ...past.map(({ generation }) => generation)),
  } satisfies Session)
}
