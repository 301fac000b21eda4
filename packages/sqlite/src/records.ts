import type { RecordKind, RecordState, StoredRecord } from '@tokenward/core'
import type { SqliteValue } from './client.ts'

/** A row of `tokenward_records`, but for the namespace, which the reader knows. */
export interface Row {
  readonly key: string
  readonly kind: RecordKind
  readonly state: RecordState
  readonly etag: string
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

export function toRecord(row: Row): StoredRecord {
  const { expires_at: expiresAt, retain_until: retainUntil, groups, ...same } = row
  return { ...same, expiresAt, retainUntil, groups: JSON.parse(groups) }
}

/** A record that the next `prune` may take has outlived its use: storing it would keep nothing. */
export function assertRetained({ key, retainUntil }: StoredRecord): void {
  if (retainUntil > Date.now()) return
  throw new Error(
    `Record ${key} was to be kept until ${retainUntil}, which is past: check the clock`,
  )
}
