import {
  corruptRecord,
  isEtag,
  isRecordKind,
  isRecordState,
  type StoredRecord,
} from '@tokenward/core/adapter'

/**
 * Records by key, by namespace. Core hashes the namespace into every key; it is here too because
 * `list` and `prune` must stay inside it.
 */
export type MemoryRecords = Map<string, Map<string, StoredRecord>>

/** Frozen copies made here need no check when they are read. */
const ownCopies = new WeakSet<object>()

/** A copy that cannot be changed: callers may change the records that they wrote or read. */
export function frozenCopy(record: StoredRecord): StoredRecord {
  const copy = Object.freeze({ ...record, groups: Object.freeze([...record.groups]) })
  ownCopies.add(copy)
  return copy
}

/** A corrupt record where the application put something else into its map. */
export function toRecord(key: string, stored: unknown): StoredRecord | null {
  if (stored === undefined) return null
  return isRecord(key, stored) ? stored : corruptRecord(key, etagOf(stored))
}

function isRecord(key: string, stored: unknown): stored is StoredRecord {
  if (typeof stored !== 'object' || stored === null) return false
  if (ownCopies.has(stored) && Reflect.get(stored, 'key') === key) return true
  const { groups, createdAt, expiresAt, retainUntil, ...rest } = stored as Partial<StoredRecord>
  return (
    rest.key === key &&
    isRecordKind(rest.kind) &&
    isRecordState(rest.state) &&
    isEtag(rest.etag) &&
    typeof rest.body === 'string' &&
    [createdAt, expiresAt, retainUntil].every(Number.isSafeInteger) &&
    Array.isArray(groups) &&
    groups.every((group) => typeof group === 'string')
  )
}

function etagOf(stored: unknown): string {
  const { etag } = Object(stored) as { etag?: unknown }
  return isEtag(etag) ? etag : 'corrupt'
}
