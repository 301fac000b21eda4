import type { TokenRepository } from '@tokenward/core'
import type { Address } from '../network/address.ts'

/** What answered: the report never lets a stand-in pass for the real thing. */
export interface ServerName {
  readonly name: string
  readonly version: string
  /** Something else that speaks the backend's protocol. */
  readonly standIn: boolean
}

/**
 * A running backend and what can be done to it. Every optional member opens the cases that need
 * it; without it they are reported as not run.
 */
export interface ServerHandle {
  /** Given to the repository module. */
  readonly url: string
  readonly server: ServerName
  stop(): Promise<void>

  /** Ends it without warning, as `kill -9` does. */
  kill?(): Promise<void>
  /** Brings it back after `kill`, at the same address. */
  start?(): Promise<void>
  /** Where it listens, for a proxy in between. Default: the host and the port in `url`. */
  readonly address?: Address
  /** `url` with another address in it. Default: its host and its port replaced. */
  at?(address: Address): string
  /** URLs of accounts with no more rights than each needs, as documented. */
  accounts?(): Promise<Accounts>
  /** Sets the server's own clock off by so many ms; 0 puts it right. */
  setClock?(offsetMs: number): Promise<void>

  /** Has another take over without warning, as when the primary dies; resolves once it has. */
  failover?(): Promise<void>
  /** A URL that leads to who is the primary now, and to no other. */
  primary?(): Promise<string>
  /**
   * Halts the primary; resolves once another has taken over. The answer lets it go on, with its
   * connections open and still thinking that it is the primary.
   */
  depose?(): Promise<() => Promise<void>>

  /** Copies all data; the answer puts the copy back in their place, under open connections. */
  snapshot?(): Promise<() => Promise<void>>
  /** Deletes all data and keeps the schema, under open connections. */
  wipe?(): Promise<void>
  /** Deletes one record behind the adapter's back. */
  drop?(key: string): Promise<void>
  /** Overwrites the stored bytes of one record with what the adapter never wrote. */
  damage?(key: string): Promise<void>
  /**
   * Writes so many records through the adapter, one after the other, on a client of its own.
   * @returns before how many of the acknowledgements the storage was synced, as a trace of system
   * calls (`fsync`) or the server's own counters tell
   */
  syncedWrites?(namespace: string, writes: number): Promise<number>
  /** Has the server forget the scripts that it was given, under open connections. */
  flushScripts?(): Promise<void>
  /** A repository on a client that the caller opened. */
  callerOwned?(namespace: string): Promise<CallerOwned>
  /** Backends, or settings of this one, that cannot keep their promise. */
  readonly unsafe?: readonly UnsafeBackend[]

  /** Clients come from a pool. */
  readonly pooled?: boolean
  /** Memory is small enough to be filled. */
  readonly boundedMemory?: boolean
  /** Keys are spread over these, and each can be struck alone. */
  readonly members?: readonly Member[]
  /** The part of an ordinary run's rounds that it is given, above 0 and up to 1: a slow one is given fewer. */
  readonly roundsShare?: number
}

/** One of several servers that are one store together. */
export interface Member {
  /** Ends it without warning. */
  kill(): Promise<void>
  /** Brings it back after `kill`, at the same address. */
  start(): Promise<void>
  /** Makes it silent; connections stay. */
  pause?(): Promise<void>
  /** Lets it speak again, with all that it had. */
  resume?(): Promise<void>
}

/** By what each may do. */
export interface Accounts {
  readonly verify: string
  readonly write: string
  readonly prune: string
  readonly migrate: string
}

export interface CallerOwned {
  readonly repository: TokenRepository
  /** Rejects when the client does not work any more. */
  use(): Promise<unknown>
  /** How many listeners hang on the client. */
  listeners(): number
  /** Closes the client. */
  dispose(): Promise<void>
}

export interface UnsafeBackend {
  /** What is wrong with it: `UNLOGGED tables`. */
  readonly name: string
  readonly url: string
  /** The code of the finding that `open()` must report. */
  readonly finding: string
}
