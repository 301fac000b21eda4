import { hash } from 'node:crypto'
import {
  corruptRecord,
  type RecordKind,
  type RecordState,
  type StoredRecord,
  type Write,
} from '@tokenward/core/adapter'

/** A row of `tokenward_records`, as it may be after somebody changed the table; `pg` gives a bigint as text. */
export interface Row {
  /** `null`: nothing was found. */
  readonly key: string | null
  readonly kind: string | null
  readonly state: string | null
  readonly etag: string | null
  readonly expires_at: string | null
  readonly retain_until: string | null
  readonly groups: readonly unknown[] | null
  readonly body: string | null
}

const KINDS: ReadonlySet<string | null> = new Set<RecordKind>([
  'root',
  'cutoff',
  'session',
  'token',
])
const STATES: ReadonlySet<string | null> = new Set<RecordState>(['active', 'consumed', 'revoked'])

export function toRecords(rows: readonly Row[]): StoredRecord[] {
  return rows.flatMap((row) => (row.key === null ? [] : toRecord(row.key, row)))
}

function toRecord(key: string, row: Row): StoredRecord {
  const { kind, state, etag, groups, body } = row
  const [expiresAt, retainUntil] = [Number(row.expires_at), Number(row.retain_until)]
  const isWhole =
    KINDS.has(kind) &&
    STATES.has(state) &&
    isEtag(etag) &&
    row.expires_at !== null &&
    row.retain_until !== null &&
    Number.isSafeInteger(expiresAt) &&
    Number.isSafeInteger(retainUntil) &&
    groups?.every(isText) &&
    isText(body)
  if (!isWhole) return corruptRecord(key, isEtag(etag) ? etag : fingerprint(etag))
  return { key, kind, state, etag, expiresAt, retainUntil, groups, body } as StoredRecord
}

/** As `ETAG` in `statements.ts`. */
function isEtag(etag: string | null): etag is string {
  return etag !== null && /^[!-~]{1,64}$/.test(etag)
}

/** As `ETAG` in `statements.ts`. */
function fingerprint(etag: string | null): string {
  return `corrupt-${etag === null ? '' : hash('sha256', etag).slice(0, 32)}`
}

function isText(text: unknown): text is string {
  return typeof text === 'string' && /^[ -~]*$/.test(text)
}

/** All entries as one value, by the names of `json_to_recordset` in `statements.ts`. */
export function toJson(writes: readonly Write[]): string {
  return JSON.stringify(
    writes.map(({ record: { expiresAt, retainUntil, ...same }, expected }) => ({
      ...same,
      expected,
      expires_at: expiresAt,
      retain_until: retainUntil,
    })),
  )
}

/** A record that the next `prune` may take has outlived its use: storing it would keep nothing. */
export function assertRetained({ key, retainUntil }: StoredRecord): void {
  if (retainUntil > Date.now()) return
  throw new Error(
    `Record ${key} was to be kept until ${retainUntil}, which is past: check the clock`,
  )
}
