import * as v from 'valibot'
import type { RecordKind, RecordState, StoredRecord } from '../adapter/contract.ts'
import { deepFreeze } from '../input/freeze.ts'
import { RecentMap } from '../recent-map.ts'

/** A record that was looked up: decoded, missing (`null`), or not decodable. */
export type Lookup<T> = Loaded<T> | null | 'corrupt'

export interface Loaded<T> {
  readonly record: StoredRecord
  readonly body: T
}

/** Whether there is a record that could be decoded. */
export function isUsable<T>(found: Lookup<T> | undefined): found is Loaded<T> {
  return found !== undefined && found !== null && found !== 'corrupt'
}

/**
 * The body of a record that could be decoded. Use it only where a corrupt record is refused elsewhere:
 * here it looks like a missing one.
 */
export function bodyOf<T>(found: Lookup<T> | undefined): T | undefined {
  return isUsable(found) ? found.body : undefined
}

/** How many bodies of each kind are remembered, and how long each may be, in characters. */
const REMEMBERED = 4_000
const MAX_REMEMBERED_LENGTH = 1_024

/**
 * Makes a decoder of the stored records of this kind. A body that was decoded a short time ago is not
 * decoded again: the result depends on its text alone.
 */
export function decoderOf<T extends object>(
  kind: RecordKind,
  schema: v.GenericSchema<unknown, T>,
): (record: StoredRecord | null) => Lookup<T> {
  const decoded = new RecentMap<string, T>(REMEMBERED)
  return (record) => {
    if (record === null) return null
    if (record.kind !== kind || !isWellFormed(record)) return 'corrupt'
    const known = decoded.get(record.body)
    if (known !== undefined) return { record, body: known }
    const body = decode(schema, record.body)
    if (body === null) return 'corrupt'
    if (record.body.length <= MAX_REMEMBERED_LENGTH) decoded.set(record.body, body)
    return { record, body }
  }
}

/** Frozen, because calls share it. `null`: it is corrupt. */
function decode<T extends object>(schema: v.GenericSchema<unknown, T>, text: string): T | null {
  try {
    const body: unknown = JSON.parse(text)
    const parsed = v.safeParse(schema, body)
    return parsed.success && !Array.isArray(body) ? deepFreeze(parsed.output) : null
  } catch {
    return null
  }
}

// A corrupt row may hold other values than its type allows.
function isWellFormed(record: StoredRecord): boolean {
  const { state, etag, groups, createdAt, expiresAt, retainUntil } = record
  const hasTimes = [createdAt, expiresAt, retainUntil].every(Number.isFinite)
  return (
    Object.hasOwn(STATE_RANK, state) &&
    typeof etag === 'string' &&
    Array.isArray(groups) &&
    hasTimes
  )
}

/** States only advance. */
export const STATE_RANK: Record<RecordState, number> = { active: 0, consumed: 1, revoked: 2 }
