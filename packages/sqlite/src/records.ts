import { hash } from 'node:crypto'
import {
  corruptRecord,
  decodeOnce,
  isEtag,
  isRecordKind,
  isRecordState,
  type StoredRecord,
} from '@tokenward/core/adapter'
import type { SqliteValue } from './driver.ts'

/** A row of `tokenward_records`. */
export interface Row {
  readonly key: string
  /** The other columns but the namespace, as JSON. */
  readonly fields: string
}

/** The columns that a change of the record sets, in the order of `statements.ts`. */
export function toValues(record: StoredRecord): SqliteValue[] {
  const { kind, state, etag, expiresAt, retainUntil, body } = record
  return [kind, state, etag, expiresAt, retainUntil, body]
}

export function toRecord({ key, fields }: Row): StoredRecord {
  return decode(key, fields)
}

/** A corrupt record where the row is not a valid one: checks can be turned off, and rows edited by hand. */
const decode = decodeOnce((key, fields) => {
  const [kind, state, etag, created, expiresAt, retainUntil, list, body] = JSON.parse(fields)
  // As `listed_at` in `schema.ts`: a list goes on after what it sorted the record by.
  const createdAt = Math.min(Math.max(created, 0), Number.MAX_SAFE_INTEGER)
  const groups = parseGroups(list)
  const isValid =
    isRecordKind(kind) &&
    isRecordState(state) &&
    isEtag(etag) &&
    groups !== null &&
    created === createdAt &&
    Number.isSafeInteger(expiresAt) &&
    Number.isSafeInteger(retainUntil) &&
    typeof body === 'string'
  if (!isValid) return corruptRecord(key, etagOf(etag), createdAt)
  return { key, kind, state, etag, createdAt, expiresAt, retainUntil, groups, body }
})

/** The stored etag, or a fingerprint of it where it is not a valid one. */
export function etagOf(stored: unknown): string {
  return isEtag(stored) ? stored : hash('sha256', String(stored))
}

function parseGroups(text: unknown): readonly string[] | null {
  try {
    const groups: unknown = JSON.parse(String(text))
    const isList = Array.isArray(groups) && groups.every((group) => typeof group === 'string')
    return isList ? groups : null
  } catch {
    return null
  }
}
