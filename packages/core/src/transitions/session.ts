import { isRecent, MAX_ROTATIONS } from '../decide/decide.ts'
import type { Rules } from '../decide/evidence.ts'
import type { Birth } from '../records/birth.ts'
import { makeRecord, nextRecord, type Read } from '../records/body.ts'
import type { Session, SessionRotation } from '../records/session.ts'
import type { StoredRecord } from '../repository/contract.ts'

export interface SessionStart {
  readonly key: string
  readonly groups: readonly string[]
  /** The absolute end, epoch ms. */
  readonly endsAt: number
  readonly retainUntil: number
  readonly loginAt: number
  readonly birth: Birth
  /** When its first refresh token expires, ms. */
  readonly refreshUntil: number
}

export function startSession(start: SessionStart, id: string): StoredRecord {
  const { key, groups, endsAt: expiresAt, retainUntil, loginAt, birth, refreshUntil } = start
  return makeRecord({ key, kind: 'session', state: 'active', groups, expiresAt, retainUntil }, {
    id,
    generation: 1,
    loginAt,
    birth,
    refreshUntil,
    rotations: [],
    settled: 0,
  } satisfies Session)
}

/** The next generation. Keeps the rotations that a retry may still ask for. */
export function rotateSession(
  found: Read<Session>,
  rotation: SessionRotation,
  rules: Rules,
): StoredRecord {
  const { wayPoint, settled, ...body } = found.body
  const past = [...(wayPoint ? [wayPoint] : []), ...body.rotations]
  const over = past.filter((each) => !isRecent(each, rules, rotation.at))
  const recent = body.rotations.filter((each) => isRecent(each, rules, rotation.at))
  const rotations = [...recent, rotation].slice(-MAX_ROTATIONS)
  const crowdedOut = recent.length >= MAX_ROTATIONS ? recent[0] : undefined
  const next = wayPoint && isRecent(wayPoint, rules, rotation.at) ? wayPoint : crowdedOut
  return nextRecord(found, {
    ...body,
    generation: rotation.generation + 1,
    refreshUntil: rotation.expiresAt,
    rotations,
    ...(next && { wayPoint: { generation: next.generation, at: next.at } }),
    settled: Math.max(settled, ...over.map(({ generation }) => generation)),
  } satisfies Session)
}
