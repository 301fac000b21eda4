import { hash } from 'node:crypto'
import {
  corruptRecord,
  decodeRecord,
  encodeRecord,
  type StoredRecord,
  type Write,
} from '@tokenward/core/adapter'
import type { Call } from './calls.ts'
import { type Names, shardOf } from './names.ts'
import { WRONG_TYPE } from './scripts.ts'

/** ms: by so much the server's clock may be ahead, and what is to be kept is kept all the same. */
const CLOCKS_APART = 3_600_000

/** Of the script `WRITE`. */
export function writeCall({ record, expected }: Write, names: Names): Call {
  const { key, etag, retainUntil, groups } = record
  const expireAt = Math.ceil(retainUntil) + CLOCKS_APART
  const text = encodeRecord(record)
  return {
    keys: keysOf(key, names),
    args: [key, expected ?? '', etag, text, retainUntil, expireAt, groups.join(), names.channel],
  }
}

/** Of the script `PRUNE`. @param entry `<key> <groups>` */
export function pruneCall(entry: string, now: number, names: Names): Call {
  const [key = '', groups = ''] = entry.split(' ')
  return { keys: keysOf(key, names), args: [key, groups, now] }
}

/**
 * One corrupt record where it cannot be decoded.
 * @param stored the bytes: as text, those that are not UTF-8 would be lost, and their fingerprint wrong
 */
export function toRecord(
  key: string,
  stored: Buffer | typeof WRONG_TYPE | null,
): StoredRecord | null {
  if (stored === null) return null
  if (stored === WRONG_TYPE) return corruptRecord(key, WRONG_TYPE)
  return decodeRecord(key, stored.toString('latin1')) ?? corruptRecord(key, hash('sha1', stored))
}

/** A record that the next `prune` may take has outlived its use: storing it would keep nothing. */
export function assertRetained({ key, retainUntil }: StoredRecord): void {
  if (retainUntil > Date.now()) return
  throw new Error(
    `Record ${key} was to be kept until ${retainUntil}, which is past: check the clock`,
  )
}

function keysOf(key: string, names: Names): readonly string[] {
  const shard = shardOf(key)
  return [names.record(key), names.index(shard), names.durability(shard)]
}
