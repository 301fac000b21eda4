import { hash } from 'node:crypto'
import {
  corruptRecord,
  decodeRecord,
  encodeRecord,
  type StoredRecord,
} from '@tokenward/core/adapter'

/** s: a longer lifetime is read as a date, and most such dates are past. */
const LONGEST_LIFETIME = 2_592_000
/** s: from here on Memcached says STORED, and it is gone at once. */
const LAST_INSTANT = 2 ** 31

const UNSAFE = /[%$]/g
const ESCAPED = /%(25|24)/g
const LINE = /^[ -~]*$/

/** One line without `$`: drivers pass values through `String.replace`, where `$&` has a meaning. */
export function toValue(record: StoredRecord): string {
  const line = encodeRecord(record)
  if (!LINE.test(line)) throw new Error(`Record ${record.key} must be printable ASCII`)
  return line.replace(UNSAFE, (unsafe) => (unsafe === '%' ? '%25' : '%24'))
}

/** What is no record, because somebody else has stored it, is one corrupt record. */
export function fromValue(key: string, value: unknown): StoredRecord {
  // `value-filter.ts` lets only text come this far.
  const line = String(value).replace(ESCAPED, (_, code) => (code === '25' ? '%' : '$'))
  return decodeRecord(key, line) ?? corruptRecord(key, hash('sha1', line))
}

/**
 * What Memcached is told, in its seconds, so that it keeps the record at least that long. It counts
 * lifetimes by a clock of its own that ticks once a second; dates by its calendar.
 * @param ahead how far the server's calendar is before ours, ms
 */
export function expiryOf(retainUntil: number, now: number, ahead: number): number {
  const lifetime = Math.ceil((retainUntil - now) / 1_000) + 1
  if (lifetime <= LONGEST_LIFETIME) return lifetime
  const instant = Math.ceil((retainUntil + Math.max(ahead, 0)) / 1_000) + 1
  return instant < LAST_INSTANT ? instant : 0 // 0: never
}

/** A record whose retention is past has outlived its use: storing it would keep nothing. */
export function assertRetained({ key, retainUntil }: StoredRecord): void {
  if (retainUntil > Date.now()) return
  throw new Error(
    `Record ${key} was to be kept until ${retainUntil}, which is past: check the clock`,
  )
}
