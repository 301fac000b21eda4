import type { RecordKind, RecordState, StoredRecord, Write } from '@tokenward/core'

/** A row of `tokenward_records`; `pg` gives a bigint as text. */
export interface Row {
  /** `null`: nothing was found. */
  readonly key: string | null
  readonly kind: RecordKind
  readonly state: RecordState
  readonly etag: string
  readonly expires_at: string
  readonly retain_until: string
  readonly groups: readonly string[]
  readonly body: string
}

export function toRecords(rows: readonly Row[]): StoredRecord[] {
  return rows.flatMap((row) => (row.key === null ? [] : toRecord({ ...row, key: row.key })))
}

function toRecord(row: Row & { readonly key: string }): StoredRecord {
  const { expires_at, retain_until, ...same } = row
  return { ...same, expiresAt: Number(expires_at), retainUntil: Number(retain_until) }
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
