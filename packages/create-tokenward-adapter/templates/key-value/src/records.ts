import { hash } from 'node:crypto'
import {
  corruptRecord,
  decodeRecord,
  encodeRecord,
  type StoredRecord,
} from '@tokenward/core/adapter'

/** One line of printable ASCII. */
export function toStored(record: StoredRecord): string {
  return encodeRecord(record)
}

/** A corrupt record where the text cannot be decoded: it must not fail the read of other keys. */
export function toRecord(key: string, stored: string): StoredRecord {
  return decodeRecord(key, stored) ?? corruptRecord(key, hash('sha1', stored))
}
