import { hash } from 'node:crypto'
import {
  corruptRecord,
  isEtag,
  isRecordKind,
  isRecordState,
  type StoredRecord,
} from '@tokenward/core/adapter'
import { GROUP_PLACES } from './schema.ts'

/** A row of the table. Drivers return large integers as numbers, strings or bigints. */
export interface Row {
  readonly record_key: string
  readonly kind: string
  readonly state: string
  readonly etag: string
  readonly created_at: unknown
  readonly expires_at: unknown
  readonly retain_until: unknown
  readonly body: string
  readonly [group: `group_${number}`]: string
}

/** In the order of the columns. */
export function toValues(namespace: string, record: StoredRecord): readonly (string | number)[] {
  const { key, kind, state, etag, createdAt, expiresAt, retainUntil, groups, body } = record
  const places = GROUP_PLACES.map((place) => groups[place - 1] ?? '')
  const times = [createdAt, expiresAt, retainUntil]
  return [namespace, key, kind, state, etag, ...times, ...places, body]
}

/** A corrupt record where the row was edited by hand: it must not fail the read of other keys. */
export function toRecord(row: Row): StoredRecord {
  const { record_key: key, kind, state, etag, body } = row
  const times = [row.created_at, row.expires_at, row.retain_until].map(Number)
  const [createdAt = 0, expiresAt = 0, retainUntil = 0] = times
  const groups = GROUP_PLACES.map((place) => row[`group_${place}`] ?? '').filter(Boolean)
  const isValid =
    isRecordKind(kind) &&
    isRecordState(state) &&
    isEtag(etag) &&
    times.every((time) => Number.isSafeInteger(time) && time >= 0) &&
    /^[ -~]*$/.test(body)
  if (!isValid) return corruptRecord(key, etagOf(etag), createdAt)
  return { key, kind, state, etag, createdAt, expiresAt, retainUntil, groups, body }
}

/** A fingerprint where the stored etag is not one: a write compares it. */
export function etagOf(stored: string): string {
  return isEtag(stored) ? stored : hash('sha1', stored)
}
