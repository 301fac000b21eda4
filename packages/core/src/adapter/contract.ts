import type { Capabilities, Finding } from './capabilities.ts'

export type RecordKind = 'root' | 'cutoff' | 'session' | 'token'
export type RecordState = 'active' | 'consumed' | 'revoked'

/**
 * What a repository keeps under one key. Databases map the fields to typed columns so that an
 * operator can read the table; key-value stores use {@link encodeRecord}.
 */
export interface StoredRecord {
  /** 64 lower-case hex digits; made by core, never by a user. */
  readonly key: string
  /** `corrupt`: something is stored that cannot be decoded, see {@link corruptRecord}; never written. */
  readonly kind: RecordKind | 'corrupt'
  readonly state: RecordState
  /** Random, from core, new with every change of the record; ASCII, at most 64 characters. */
  readonly etag: string
  /** Epoch ms. For readers of the table; core judges expiry by the signed claims. */
  readonly expiresAt: number
  /** Epoch ms. The record stays at least until then; only `prune` may take it, and only after. */
  readonly retainUntil: number
  /** Names of the lists that the record belongs to: ASCII, at most 65 characters each. They never change. */
  readonly groups: readonly string[]
  /** Opaque printable ASCII, at most `capabilities.maxBodyBytes` bytes. */
  readonly body: string
}

/**
 * What an adapter answers for a key under which something is stored that it cannot decode. Core refuses
 * the token that it belongs to, and a revocation replaces it.
 * @param etag what `write` compares with `expected` to replace it: the stored etag, or where that cannot
 *   be read either, a fingerprint of what is stored; at most 64 printable ASCII characters without blanks
 */
export function corruptRecord(key: string, etag: string): StoredRecord {
  const nothing = { state: 'active', expiresAt: 0, retainUntil: 0, groups: [], body: '' } as const
  return { key, kind: 'corrupt', etag, ...nothing }
}

/** One conditional write. `expected` is the etag that must stand there; `null`: nothing may. */
export interface Write {
  readonly record: StoredRecord
  readonly expected: string | null
}

/**
 * A linearizable compare-and-set map with retention: all that an adapter is. It knows no tokens,
 * no states and no policies; core validates, hashes, batches, bounds in time and wraps errors.
 *
 * Every method may reject with any error; core wraps it. Reject with {@link NotPrepared} where the
 * schema is missing, older or newer.
 */
export interface TokenRepository {
  /** Of the adapter, as in its package name: `memory`, `postgres`. */
  readonly name: string
  /** Core hashes it into every key; `list` and `prune` stay inside it. */
  readonly namespace: string
  readonly capabilities: Capabilities

  /** Connects and reads the live settings; changes nothing. May be called again after `close()`. */
  open(): Promise<readonly Finding[]>

  /**
   * One round trip to the primary. Answers in the order asked; `null` only where surely absent;
   * any doubt rejects. What is stored under a key and cannot be decoded is {@link corruptRecord}:
   * it must not spoil the answers for the other keys. Never hides a record that an insert would still collide with.
   * @param signal fires at the deadline: give up, reject, and leave nothing behind
   */
  read(keys: readonly string[], signal: AbortSignal): Promise<readonly (StoredRecord | null)[]>

  /**
   * Each entry is atomic on its own key; there is no transaction between them. Keys are distinct
   * and sorted. `true`: at one instant during the call the stored etag was `expected` and the
   * record was stored, or the stored etag already was `record.etag`. `false`: at one instant it was
   * neither, and this call changed nothing. Unsure: reject. As durable as claimed when it resolves.
   * A record whose `retainUntil` is past is refused by a rejection.
   */
  write(writes: readonly Write[], signal: AbortSignal): Promise<readonly boolean[]>

  /** Records of one group (`null`: of the namespace), by key, after `after`. Iff `listing`. */
  list?(
    group: string | null,
    after: string | null,
    limit: number,
    signal: AbortSignal,
  ): Promise<readonly StoredRecord[]>

  /**
   * Deletes at most `limit` records with `retainUntil <= now`, the condition tested again in the
   * deleting statement, and says how many; `dryRun` only counts them. Iff `pruning`.
   */
  prune?(now: number, limit: number, dryRun: boolean, signal: AbortSignal): Promise<number>

  /** Calls `changed` with keys that may have changed: hints, never the authority. Iff `watching`. */
  watch?(changed: (key: string) => void): Promise<() => Promise<void>>

  /** Makes the schema, or only says with what statements and grants. Where there is a schema. */
  migrate?(dryRun: boolean): Promise<readonly string[]>

  /** Closes what the adapter opened, never a client that the caller gave it. */
  close(): Promise<void>
}
