import { hash } from 'node:crypto'
import {
  corruptRecord,
  type RecordKind,
  type RecordState,
  type StoredRecord,
} from '@tokenward/core/adapter'
import type { SqliteValue } from './client.ts'

/**
 * A row of `tokenward_records`, without the namespace. The types are those of the columns, and nothing is
 * believed of the values: checks can be turned off, and rows edited by hand.
 */
export interface Row {
  readonly key: string
  readonly kind: string
  readonly state: string
  readonly etag: string
  readonly expires_at: number
  readonly retain_until: number
  readonly groups: string
  readonly body: string
}

const KINDS: readonly RecordKind[] = ['root', 'cutoff', 'session', 'token']
const STATES: readonly RecordState[] = ['active', 'consumed', 'revoked']
const ETAG = /^[!-~]{1,64}$/

/** The columns that a change of the record sets, in the order of `statements.ts`. */
export function toValues(record: StoredRecord): SqliteValue[] {
  const { kind, state, etag, expiresAt, retainUntil, body } = record
  return [kind, state, etag, expiresAt, retainUntil, body]
}

/** One corrupt record where the row holds none. */
export function toRecord(row: Row): StoredRecord {
  const { key, expires_at: expiresAt, retain_until: retainUntil, body } = row
  const kind = KINDS.find((each) => each === row.kind)
  const state = STATES.find((each) => each === row.state)
  const groups = groupsIn(row.groups)
  const etag = etagOf(row.etag)
  const instants = Number.isSafeInteger(expiresAt) && Number.isSafeInteger(retainUntil)
  const isWhole = kind && state && groups && instants && etag === row.etag
  if (!isWhole || typeof body !== 'string') return corruptRecord(key, etag)
  return { key, kind, state, etag, expiresAt, retainUntil, groups, body }
}

/** The stored etag, or what stands for it where it can be none. */
export function etagOf(stored: unknown): string {
  const text = String(stored)
  return typeof stored === 'string' && ETAG.test(text) ? text : hash('sha256', text)
}

function groupsIn(text: unknown): readonly string[] | null {
  try {
    const groups: unknown = JSON.parse(String(text))
    const isList = Array.isArray(groups) && groups.every((group) => typeof group === 'string')
    return isList ? groups : null
  } catch {
    return null
  }
}

/** A record that the next `prune` may take has outlived its use: storing it would keep nothing. */
export function assertRetained({ key, retainUntil }: StoredRecord): void {
  if (retainUntil > Date.now()) return
  throw new Error(
    `Record ${key} was to be kept until ${retainUntil}, which is past: check the clock`,
  )
}
