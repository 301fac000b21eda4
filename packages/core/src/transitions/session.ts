import type { StoredRecord } from '../adapter/contract.ts'
import { isRecent, MAX_ROTATIONS } from '../decision/rotation-window.ts'
import type { Rules } from '../decision/types.ts'
import { type Loaded, makeRecord, nextRecord } from '../records/body.ts'
import type { EpochSnapshot } from '../records/epochs.ts'
import type { Session, SessionRotation } from '../records/session.ts'

export interface SessionStart {
  readonly key: string
  readonly groups: readonly string[]
  /** The absolute end, epoch ms. */
  readonly endsAt: number
  readonly retainUntil: number
  readonly loginAt: number
  readonly issuedUnder: EpochSnapshot
  /** When its first refresh token expires, ms. */
  readonly refreshUntil: number
}

export function startSession(start: SessionStart, id: string): StoredRecord {
  const { key, groups, endsAt: expiresAt, retainUntil, loginAt, issuedUnder, refreshUntil } = start
  return makeRecord({ key, kind: 'session', state: 'active', groups, expiresAt, retainUntil }, {
    id,
    generation: 1,
    loginAt,
    issuedUnder,
    refreshUntil,
    rotations: [],
    settled: 0,
  } satisfies Session)
}

/** The next generation. Keeps the rotations that a retry may still ask for. */
export function rotateSession(
  found: Loaded<Session>,
  rotation: SessionRotation,
  rules: Rules,
): StoredRecord {
  const { wayPoint, settled, ...body } = found.body
  const past = [...(wayPoint ? [wayPoint] : []), ...body.rotations]
  const over = past.filter((each) => !isRecent(each, rules, rotation.at))
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
    settled: Math.max(settled, ...over.map(({ generation }) => generation)),
  } satisfies Session)
}
