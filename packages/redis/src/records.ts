import { hash } from 'node:crypto'
import {
  corruptRecord,
  decodeRecord,
  encodeRecord,
  type StoredRecord,
  type Write,
} from '@tokenward/core/adapter'
import { type KeyNames, shardOf, shortGroup, timeDigits } from './keys.ts'
import { type ScriptCall, WRONG_TYPE } from './scripts.ts'

/** Records expire this much later than `retainUntil`: the server's clock may be ahead by as much. */
const TTL_MARGIN_MS = 3_600_000

/** A call of the script `WRITE`. */
export function writeCall({ record, expected }: Write, names: KeyNames): ScriptCall {
  const { key, etag, createdAt, retainUntil, groups } = record
  const expireAt = Math.ceil(retainUntil) + TTL_MARGIN_MS
  const text = encodeRecord(record)
  const times = [timeDigits(createdAt), retainUntil, expireAt]
  return {
    keys: keysOf(key, names),
    args: [key, expected ?? '', etag, text, ...times, groups.map(shortGroup).join(), names.channel],
  }
}

/**
 * A call of the script `PRUNE`.
 * @param entry `<key> <time> <short groups>`, from the sorted set of retention
 * @param now in ms since 1970
 */
export function pruneCall(entry: string, now: number, names: KeyNames): ScriptCall {
  const [key = '', time = '', groups = ''] = entry.split(' ')
  return { keys: keysOf(key, names), args: [key, time, groups, now] }
}

/**
 * A value that cannot be decoded becomes a corrupt record.
 * @param stored as bytes: text would lose those that are not UTF-8, and change the fingerprint
 */
export function toRecord(
  key: string,
  stored: Buffer | typeof WRONG_TYPE | null,
): StoredRecord | null {
  if (stored === null) return null
  if (stored === WRONG_TYPE) return corruptRecord(key, WRONG_TYPE)
  return decodeRecord(key, stored.toString('latin1')) ?? corruptRecord(key, hash('sha1', stored))
}

function keysOf(key: string, names: KeyNames): readonly string[] {
  const shard = shardOf(key)
  return [names.record(key), names.index(shard), names.retention(shard)]
}
