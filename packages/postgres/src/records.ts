import { hash } from 'node:crypto'
import {
  corruptRecord,
  isEtag,
  isRecordKind,
  isRecordState,
  type StoredRecord,
  type Write,
} from '@tokenward/core/adapter'

/**
 * A row of `tokenward_records`; `pg` returns a bigint as text. The values are not trusted: constraints
 * can be dropped, and rows edited by hand.
 */
export interface Row {
  /** `null`: nothing was found. */
  readonly key: string | null
  readonly kind: string | null
  readonly state: string | null
  readonly etag: string | null
  readonly created_at: string | null
  readonly expires_at: string | null
  readonly retain_until: string | null
  readonly groups: readonly unknown[] | null
  readonly body: string | null
}

export function toRecords(rows: readonly Row[]): StoredRecord[] {
  return rows.flatMap((row) => (row.key === null ? [] : toRecord(row.key, row)))
}

/** A corrupt record where the row is not a valid one. */
function toRecord(key: string, row: Row): StoredRecord {
  const { kind, state, etag, groups, body } = row
  const [expiresAt, retainUntil] = [Number(row.expires_at), Number(row.retain_until)]
  // As `LISTED_AT` in `schema.ts`: a list goes on after what it sorted the record by.
  const createdAt = Math.min(Math.max(Number(row.created_at), 0), Number.MAX_SAFE_INTEGER)
  const isValid =
    isRecordKind(kind) &&
    isRecordState(state) &&
    isEtag(etag) &&
    row.created_at !== null &&
    row.expires_at !== null &&
    row.retain_until !== null &&
    Number(row.created_at) === createdAt &&
    Number.isSafeInteger(expiresAt) &&
    Number.isSafeInteger(retainUntil) &&
    groups?.every(isPrintable) &&
    isPrintable(body)
  if (!isValid) return corruptRecord(key, isEtag(etag) ? etag : fingerprint(etag), createdAt)
  return { key, kind, state, etag, createdAt, expiresAt, retainUntil, groups, body }
}

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
    writes.map(({ record: { createdAt, expiresAt, retainUntil, ...same }, expected }) => ({
      ...same,
      expected,
      created_at: createdAt,
      expires_at: expiresAt,
      retain_until: retainUntil,
    })),
  )
}
