import { hash } from 'node:crypto'
import {
  corruptRecord,
  decodeRecord,
  encodeRecord,
  type StoredRecord,
} from '@tokenward/core/adapter'

/** Memcached reads a larger expiry as a date, which is mostly in the past. */
const MAX_LIFETIME_S = 2_592_000
/** From this date on, in s since 1970, Memcached replies STORED and drops the item at once. */
const MAX_DATE_S = 2 ** 31

const UNSAFE = /[%$]/g
const ESCAPED = /%(25|24)/g
const LINE = /^[ -~]*$/

/** One line without `$`: a driver passes values through `String.replace`, where `$&` is special. */
export function toValue(record: StoredRecord): string {
  const line = encodeRecord(record)
  if (!LINE.test(line)) throw new Error(`Record ${record.key} must be printable ASCII`)
  return line.replace(UNSAFE, (unsafe) => (unsafe === '%' ? '%25' : '%24'))
}

/** A value that cannot be decoded becomes a corrupt record. */
export function fromValue(key: string, value: unknown): StoredRecord {
  // `value-filter.ts` has replaced all values but text.
  const line = String(value).replace(ESCAPED, (_, code) => (code === '25' ? '%' : '$'))
  return decodeRecord(key, line) ?? corruptRecord(key, hash('sha1', line))
}

/**
 * The expiry for `add` and `cas`, so that Memcached keeps the record at least until `retainUntil`: a
 * lifetime in seconds, which its own clock counts once a second, or a date in s since 1970.
 * @param retainUntil in ms since 1970
 * @param now in ms since 1970
 * @param clockOffsetMs how far the server's clock is ahead of ours
 */
export function expiryOf(retainUntil: number, now: number, clockOffsetMs: number): number {
  const lifetime = Math.ceil((retainUntil - now) / 1_000) + 1
  if (lifetime <= MAX_LIFETIME_S) return lifetime
  const date = Math.ceil((retainUntil + Math.max(clockOffsetMs, 0)) / 1_000) + 1
  return date < MAX_DATE_S ? date : 0 // 0: never expires
}
