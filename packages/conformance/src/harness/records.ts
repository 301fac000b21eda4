import { randomBytes } from 'node:crypto'
import type { StoredRecord } from '@tokenward/core/adapter'
import { KEY_CHARACTERS } from './random.ts'

/** The key number `n`: keys are sorted like their numbers. */
export function key(n: number): string {
  let digits = ''
  for (let left = n; left > 0; left = Math.floor(left / 64))
    digits = KEY_CHARACTERS[left % 64] + digits
  return digits.padStart(24, '-')
}

/** A new random etag. */
export function etag(): string {
  return randomBytes(16).toString('base64url')
}

/**
 * The record number `n`, as core makes them, for tests of one adapter. It expires in 10 minutes and is
 * retained for 20. Lists return the records in the order of their numbers.
 * @param fields that differ from the default ones
 */
export function record(n: number, fields: Partial<StoredRecord> = {}): StoredRecord {
  return {
    key: key(n),
    kind: 'token',
    state: 'active',
    etag: etag(),
    createdAt: 1_700_000_000_000 - n,
    expiresAt: Date.now() + 600_000,
    retainUntil: Date.now() + 1_200_000,
    groups: [],
    body: '{}',
    ...fields,
  }
}
