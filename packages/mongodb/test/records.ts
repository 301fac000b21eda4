import { randomBytes } from 'node:crypto'
import type { StoredRecord } from '@tokenward/core/adapter'

export function key(n: number): string {
  return n.toString(16).padStart(64, '0')
}

export function etag(): string {
  return randomBytes(16).toString('base64url')
}

export function record(n: number, more: Partial<StoredRecord> = {}): StoredRecord {
  return {
    key: key(n),
    kind: 'token',
    state: 'active',
    etag: etag(),
    expiresAt: Date.now() + 60_000,
    retainUntil: Date.now() + 120_000,
    groups: [],
    body: '{}',
    ...more,
  }
}
