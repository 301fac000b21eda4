import { hash } from 'node:crypto'
import {
  corruptRecord,
  decodeOnce,
  isEtag,
  isRecordKind,
  isRecordState,
  type StoredRecord,
  type Write,
} from '@tokenward/core/adapter'

/** A row of `tokenward_records`. */
export interface Row {
  /** `null`: nothing was found. */
  readonly key: string | null
  /** The other columns but the namespace, as JSON. */
  readonly fields: string
}

export function toRecords(rows: readonly Row[]): StoredRecord[] {
  return rows.flatMap(({ key, fields }) => (key === null ? [] : toRecord(key, fields)))
}

/**
 * A corrupt record where the row is not a valid one: constraints can be dropped, and rows edited by hand.
 */
const toRecord = decodeOnce((key, fields) => {
  const [kind, state, etag, created, expiresAt, retainUntil, list, body] = JSON.parse(fields)
  // As `LISTED_AT` in `schema.ts`: a list goes on after what it sorted the record by.
  const createdAt = Math.min(Math.max(created, 0), Number.MAX_SAFE_INTEGER)
  const isValid =
    isRecordKind(kind) &&
    isRecordState(state) &&
    isEtag(etag) &&
    created === createdAt &&
    Number.isSafeInteger(expiresAt) &&
    Number.isSafeInteger(retainUntil) &&
    isPrintable(list) &&
    isPrintable(body)
  if (!isValid) return corruptRecord(key, isEtag(etag) ? etag : fingerprint(etag), createdAt)
  const groups = list === '' ? [] : list.split(',')
  return { key, kind, state, etag, createdAt, expiresAt, retainUntil, groups, body }
})

/** As `ETAG` in `statements.ts`. */
function fingerprint(etag: string | null): string {
  return `corrupt-${etag === null ? '' : hash('sha256', etag).slice(0, 32)}`
}

function isPrintable(text: unknown): text is string {
  return typeof text === 'string' && /^[ -~]*$/.test(text)
}

/** All entries as one value, by the names of `json_to_recordset` in `statements.ts`. */
export function toJson(writes: readonly Write[]): string {
  return JSON.stringify(
    writes.map(({ record: { groups, createdAt, expiresAt, retainUntil, ...same }, expected }) => ({
      ...same,
      expected,
      groups: groups.join(),
      created_at: createdAt,
      expires_at: expiresAt,
      retain_until: retainUntil,
    })),
  )
}
