import * as v from 'valibot'
import type { RecordKind, RecordState, StoredRecord } from '../adapter/contract.ts'
import { randomId } from '../scopes/random.ts'

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

/** JSON in printable ASCII (DEL is not printable): every store and every column type can hold it. */
export function encodeBody(body: object): string {
  return JSON.stringify(body).replace(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
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
  return Object.hasOwn(RANK, state) && typeof etag === 'string' && Array.isArray(groups) && hasTimes
}

/** A record with an encoded body and a new etag: no two versions of a record share one. */
export function makeRecord(
  fields: Omit<StoredRecord, 'etag' | 'body'>,
  body: object,
): StoredRecord {
  return { ...fields, etag: randomId(), body: encodeBody(body) }
}

/** The next version of a record. Its state only advances (I3), and its retention never gets shorter. */
export function nextRecord<T extends object>(
  { record }: Loaded<T>,
  body: T,
  change: { readonly state?: RecordState; readonly retainUntil?: number } = {},
): StoredRecord {
  const { etag: _, body: __, ...fields } = record
  const state = highest(record.state, change.state ?? record.state)
  const retainUntil = Math.max(record.retainUntil, change.retainUntil ?? 0)
  return makeRecord({ ...fields, state, retainUntil }, body)
}

const RANK: Record<RecordState, number> = { active: 0, consumed: 1, revoked: 2 }

function highest(a: RecordState, b: RecordState): RecordState {
  return RANK[a] >= RANK[b] ? a : b
}
