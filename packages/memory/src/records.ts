import { corruptRecord, type StoredRecord } from '@tokenward/core/adapter'

/**
 * The records by key, by namespace. The namespace stands beside the key although core hashes it into
 * every key: `list` and `prune` could not stay inside it otherwise.
 */
export type MemoryRecords = Map<string, Map<string, StoredRecord>>

/** What was made here is a record for good: it need not be checked each time that it is read. */
const ownCopies = new WeakSet<object>()

/** A copy that nobody can change: a store hands out what was stored, whatever its callers do. */
export function frozenCopy(record: StoredRecord): StoredRecord {
  const copy = Object.freeze({ ...record, groups: Object.freeze([...record.groups]) })
  ownCopies.add(copy)
  return copy
}

/** One corrupt record where the application stored something else in its map. */
export function toRecord(key: string, stored: unknown): StoredRecord | null {
  if (stored === undefined) return null
  return isRecord(key, stored) ? stored : corruptRecord(key, etagIn(stored))
}

function isRecord(key: string, stored: unknown): stored is StoredRecord {
  if (typeof stored !== 'object' || stored === null) return false
  if (ownCopies.has(stored) && Reflect.get(stored, 'key') === key) return true
  const { groups, expiresAt, retainUntil, ...rest } = stored as Partial<StoredRecord>
  return (
    rest.key === key &&
    KINDS.includes(rest.kind) &&
    STATES.includes(rest.state) &&
    isEtag(rest.etag) &&
    typeof rest.body === 'string' &&
    Number.isSafeInteger(expiresAt) &&
    Number.isSafeInteger(retainUntil) &&
    Array.isArray(groups) &&
    groups.every((group) => typeof group === 'string')
  )
}

function etagIn(stored: unknown): string {
  const { etag } = Object(stored) as { etag?: unknown }
  return isEtag(etag) ? etag : 'corrupt'
}

function isEtag(etag: unknown): etag is string {
  return typeof etag === 'string' && /^[!-~]{1,64}$/.test(etag)
}

const KINDS: readonly unknown[] = ['root', 'cutoff', 'session', 'token']
const STATES: readonly unknown[] = ['active', 'consumed', 'revoked']

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
