import { hash } from 'node:crypto'
import {
  corruptRecord,
  isEtag,
  isRecordKind,
  isRecordState,
  type StoredRecord,
} from '@tokenward/core/adapter'
import type { SqliteValue } from './driver.ts'

/**
 * A row of `tokenward_records`, without the namespace. The types are those of the columns, but the
 * values are not trusted: checks can be turned off, and rows edited by hand.
 */
export interface Row {
  readonly key: string
  readonly kind: string
  readonly state: string
  readonly etag: string
  readonly created_at: number
  readonly expires_at: number
  readonly retain_until: number
  readonly groups: string
  readonly body: string
}

/** The columns that a change of the record sets, in the order of `statements.ts`. */
export function toValues(record: StoredRecord): SqliteValue[] {
  const { kind, state, etag, expiresAt, retainUntil, body } = record
  return [kind, state, etag, expiresAt, retainUntil, body]
}

/** A corrupt record where the row is not a valid one. */
export function toRecord(row: Row): StoredRecord {
  const { key, kind, state, etag, expires_at: expiresAt, retain_until: retainUntil, body } = row
  // As `listed_at` in `schema.ts`: a list goes on after what it sorted the record by.
  const createdAt = Math.min(Math.max(row.created_at, 0), Number.MAX_SAFE_INTEGER)
  const groups = parseGroups(row.groups)
  const isValid =
    isRecordKind(kind) &&
    isRecordState(state) &&
    isEtag(etag) &&
    groups !== null &&
    row.created_at === createdAt &&
    Number.isSafeInteger(expiresAt) &&
    Number.isSafeInteger(retainUntil) &&
    typeof body === 'string'
  if (!isValid) return corruptRecord(key, etagOf(etag), createdAt)
  return { key, kind, state, etag, createdAt, expiresAt, retainUntil, groups, body }
}

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
