import { hash } from 'node:crypto'
import type { StoredRecord } from '@tokenward/core/adapter'
import { corruptRecord, decodeRecord, encodeRecord } from '@tokenward/core/adapter'

/** One line of ASCII, for a store of plain values. A database has a column for each field instead. */
export function toStored(record: StoredRecord): string {
  return encodeRecord(record)
}

/** One corrupt record where the text cannot be decoded: the other keys of a read must not suffer. */
export function fromStored(key: string, stored: string): StoredRecord {
  return decodeRecord(key, stored) ?? corruptRecord(key, hash('sha1', stored))
}

/** A record that the next `prune` may take has outlived its use: storing it would keep nothing. */
export function assertRetained({ key, retainUntil }: StoredRecord): void {
  if (retainUntil > Date.now()) return
  throw new Error(
    `Record ${key} was to be kept until ${retainUntil}, which is past: check the clock`,
  )
}
