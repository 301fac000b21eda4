import type { Capabilities, Finding } from './capabilities.ts'

export type RecordKind = 'root' | 'cutoff' | 'session' | 'token'
export type RecordState = 'active' | 'consumed' | 'revoked'

/**
 * What a repository stores under one key. Databases map the fields to typed columns, which an operator
 * can read; key-value stores use {@link encodeRecord}.
 */
export interface StoredRecord {
  /** 24 base64url characters, made by core and never by a user. */
  readonly key: string
  /** `corrupt`: what is stored cannot be decoded, see {@link corruptRecord}; never written. */
  readonly kind: RecordKind | 'corrupt'
  readonly state: RecordState
  /** Random, from core, new with every change of the record: 1 to 64 printable ASCII characters. */
  readonly etag: string
  /** When the first version of the record was made, in ms since 1970. Never changes: lists are sorted by it. */
  readonly createdAt: number
  /** ms since 1970. For readers of the table; core decides expiry by the signed claims. */
  readonly expiresAt: number
  /** ms since 1970. The record stays at least until then: only `prune` or the store's own expiry may delete it, and only after. */
  readonly retainUntil: number
  /** The lists that contain the record: at most five, each of 25 base64url characters. They never change. */
  readonly groups: readonly string[]
  /** Opaque printable ASCII, at most `capabilities.maxBodyBytes` bytes. */
  readonly body: string
}

/**
 * What an adapter returns for a stored record that it cannot decode. Core refuses the token that the
 * record belongs to, and a revocation replaces the record.
 * @param etag what `write` compares with `expected` to replace it: the stored etag or, where that cannot
 *   be read either, a fingerprint of what is stored; at most 64 printable ASCII characters without blanks
 * @param createdAt in a list, what the store sorted the record by: the next page begins after it
 */
export function corruptRecord(key: string, etag: string, createdAt = 0): StoredRecord {
  const nothing = { state: 'active', expiresAt: 0, retainUntil: 0, groups: [], body: '' } as const
  return { key, kind: 'corrupt', etag, createdAt, ...nothing }
}

/** A record's place in a list. */
export type ListPosition = Pick<StoredRecord, 'createdAt' | 'key'>

/** One conditional write. `expected` is the etag that must be stored; `null`: no record may be stored. */
export interface Write {
  readonly record: StoredRecord
  readonly expected: string | null
}

/**
 * What an adapter implements: a linearizable compare-and-set map with retention. It knows no tokens,
 * no states and no policies; core validates, hashes, batches, enforces deadlines and wraps errors.
 *
 * Every method may reject with any error; core wraps it. It rejects with {@link NotPrepared} where the
 * schema is missing, older or newer, and with {@link Closed} before `open()` and after `close()`.
 */
export interface TokenRepository {
  /** The name of the adapter, as in its package name: `memory`, `postgres`. */
  readonly name: string
  /** Core hashes it into every key; `list` and `prune` stay inside it. */
  readonly namespace: string
  readonly capabilities: Capabilities

  /** Connects and reads the live settings; changes nothing. May be called again after `close()`. */
  open(): Promise<readonly Finding[]>

  /**
   * One round trip to the primary. The results are in the order of the keys; `null` only where no record
   * is certain, and any doubt rejects. A record that cannot be decoded is {@link corruptRecord}: it must
   * not fail the read of the other keys. Never hides a record that an insert would collide with.
   * @param signal fires at the deadline: give up, reject, and leave nothing behind
   */
  read(keys: readonly string[], signal: AbortSignal): Promise<readonly (StoredRecord | null)[]>

  /**
   * Each entry is atomic on its own key; there is no transaction between them, so they may be sent as
   * several requests side by side. Keys are distinct and sorted. `true`: at one instant during the call the stored etag was `expected` and the
   * record was stored, or the stored etag already was `record.etag`. `false`: at one instant it was
   * neither, and this call changed nothing. Where the result is unsure, it rejects. When it resolves, the
   * records are as durable as claimed. It rejects a record whose `retainUntil` is past: `assertRetained`.
   */
  write(writes: readonly Write[], signal: AbortSignal): Promise<readonly boolean[]>

  /**
   * Records of one group (`null`: of the namespace), the newest first: by `createdAt` descending, then by
   * `key` descending (by bytes). Only those after `after` in this order. A page takes the same time
   * wherever it begins. One with fewer records than `limit` is the last. Iff `listing`.
   */
  list?(
    group: string | null,
    after: ListPosition | null,
    limit: number,
    signal: AbortSignal,
  ): Promise<readonly StoredRecord[]>

  /**
   * Deletes at most `limit` records with `retainUntil <= now`, which the deleting statement itself
   * tests, and returns how many; `dryRun` only counts them. Iff `pruning`.
   */
  prune?(now: number, limit: number, dryRun: boolean, signal: AbortSignal): Promise<number>

  /** Calls `changed` with keys that may have changed, on a best-effort basis. Iff `notifications`. */
  watch?(changed: (key: string) => void): Promise<() => Promise<void>>

  /** Makes the schema, or only returns the statements and grants for it. Iff there is a schema. */
  migrate?(dryRun: boolean): Promise<readonly string[]>

  /** Closes what the adapter opened, never a caller-owned client. Idempotent. */
  close(): Promise<void>
}
