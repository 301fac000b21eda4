import * as v from 'valibot'
import type { RecordKind, RecordState, StoredRecord } from '../adapter/contract.ts'

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

/** Decodes a stored record of this kind. */
export function decodeBody<T>(
  kind: RecordKind,
  schema: v.GenericSchema<unknown, T>,
  record: StoredRecord | null,
): Lookup<T> {
  if (record === null) return null
  if (record.kind !== kind || !isWellFormed(record)) return 'corrupt'
  try {
    const body: unknown = JSON.parse(record.body)
    const parsed = v.safeParse(schema, body)
    return parsed.success && !Array.isArray(body) ? { record, body: parsed.output } : 'corrupt'
  } catch {
    return 'corrupt'
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
