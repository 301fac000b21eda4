import type { Capabilities } from '@tokenward/core/adapter'
import type { Writer } from './writers.ts'

/** What is claimed here the conformance suite tries; what is not claimed must not be there. */
export const CAPABILITIES: Capabilities = {
  durability: 'durable',
  shared: true,
  linearizable: true,
  // Replication is asynchronous.
  failoverSafe: false,
  network: true,
  readsSettings: true,
  roles: true,
  listing: true,
  pruning: true,
  notifications: true,
  maxBodyBytes: 1_048_576,
}

/** What decides what an answer and an acknowledgement are worth: of one server. */
export interface Settings {
  /** Of Redis; other servers tell with which they are compatible. */
  readonly version: string
  readonly runId: string
  readonly role: string
  /** Replicas that are connected. */
  readonly replicas: number
  readonly aof: boolean
  /** `null`: this user may not ask. */
  readonly fsync: string | null
  readonly syncsWhileRewriting: boolean
  /** There are any, or there may be: a start without an append-only file loads the last one. */
  readonly snapshots: boolean | null
  /** Bytes; 0: as much as there is. */
  readonly maxmemory: number
  readonly eviction: string
}

/** What was noted when the store was prepared, by a user who may look at the settings. */
export interface Note {
  /** Of each server; it is another after each start. */
  readonly runIds: readonly string[]
  readonly fsync: string | null
  readonly snapshots: boolean | null
}

export interface Circumstances {
  readonly servers: readonly Settings[]
  readonly note: Note | null
  /** Sentinels tell which server is the primary. */
  readonly sentinels: boolean
  /** Users that may undo a revocation though nothing of ours was granted to them. */
  readonly writers: readonly Writer[]
}
