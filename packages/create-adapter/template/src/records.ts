import type { StoredRecord } from '@tokenward/core'
import { decodeRecord, encodeRecord } from '@tokenward/core'

/** One line of ASCII, for a store of plain values. A database has a column for each field instead. */
export function toStored(record: StoredRecord): string {
  return encodeRecord(record)
}

/** @throws Error where the text is no record: let it reject the read */
export function fromStored(key: string, stored: string): StoredRecord {
  return decodeRecord(key, stored)
}

/** A record that the next `prune` may take has outlived its use: storing it would keep nothing. */
export function assertRetained({ key, retainUntil }: StoredRecord): void {
  if (retainUntil > Date.now()) return
  throw new Error(
    `Record ${key} was to be kept until ${retainUntil}, which is past: check the clock`,
  )
}
