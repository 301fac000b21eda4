import type { StoredRecord } from '@tokenward/core'

/**
 * The records by key, by namespace. The namespace stands beside the key although core hashes it into
 * every key: `list` and `prune` could not stay inside it otherwise.
 */
export type MemoryRecords = Map<string, Map<string, StoredRecord>>

/** A copy that nobody can change: a store hands out what was stored, whatever its callers do. */
export function frozenCopy(record: StoredRecord): StoredRecord {
  return Object.freeze({ ...record, groups: Object.freeze([...record.groups]) })
}

/** A record that the next `prune` may take has outlived its use: storing it would keep nothing. */
export function assertRetained({ key, retainUntil }: StoredRecord): void {
  if (retainUntil > Date.now()) return
  throw new Error(
    `Record ${key} was to be kept until ${retainUntil}, which is past: check the clock`,
  )
}

export function byKey(a: StoredRecord, b: StoredRecord): number {
  // Not localeCompare: every process must agree on the order, whatever its language.
  return a.key < b.key ? -1 : 1
}
