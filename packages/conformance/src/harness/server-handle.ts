import type { TokenRepository } from '@tokenward/core'
import type { Address } from '../fault-proxy/address.ts'

/** The server that was tested; a report never presents a stand-in as the real server. */
export interface ServerName {
  readonly name: string
  readonly version: string
  /** Whether it is another program that speaks the backend's protocol. */
  readonly standIn: boolean
}

/**
 * A running backend and what can be done to it. Every optional member enables the cases that need it;
 * without it they are reported as not run.
 */
export interface ServerHandle {
  /** Passed to the repository module. */
  readonly url: string
  readonly server: ServerName
  stop(): Promise<void>

  /** Ends the server without warning, as `kill -9` does. */
  kill?(): Promise<void>
  /** Restarts it after `kill`, at the same address. */
  start?(): Promise<void>
  /**
   * Where it listens, for a proxy in between.
   * @default the host and the port in `url`
   */
  readonly address?: Address
  /**
   * Returns `url` with another address in it.
   * @default replaces its host and its port
   */
  at?(address: Address): string
  /** URLs of accounts with no more rights than each needs, as documented. */
  accounts?(): Promise<ServerAccounts>
  /** Moves the server's own clock by `offsetMs`; 0 restores it. */
  setClock?(offsetMs: number): Promise<void>

  /**
   * Triggers a failover without warning, as when the primary dies; resolves once another node has taken
   * over.
   */
  failover?(): Promise<void>
  /** A URL that leads to the current primary, and to no other node. */
  primary?(): Promise<string>
  /**
   * Halts the primary; resolves once another node has taken over. The returned function resumes it, with
   * its connections open and unaware that it was deposed.
   */
  depose?(): Promise<() => Promise<void>>

  /** Copies all data; the returned function restores the copy, under open connections. */
  snapshot?(): Promise<() => Promise<void>>
  /** Deletes all data and keeps the schema, under open connections. */
  wipe?(): Promise<void>
  /** Deletes one record behind the adapter's back. */
  drop?(key: string): Promise<void>
  /** Overwrites the stored bytes of one record with bytes that the adapter never writes. */
  damage?(key: string): Promise<void>
  /**
   * When the server itself deletes a record, in ms since 1970 by its own clock; `null`: never. A server that
   * counts in seconds may be a second off.
   */
  expiryOf?(key: string): Promise<number | null>
  /** Makes a backend without a schema, and returns its URL. */
  unprepared?(): Promise<string>
  /**
   * Writes this many records through the adapter, one after the other, on its own client.
   * @returns before how many of the acknowledgements the storage was synced, according to a trace of
   * system calls (`fsync`) or the server's own counters
   */
  syncedWrites?(namespace: string, writes: number): Promise<number>
  /**
   * Makes the server log all that clients send to it, with the parameters. The returned function ends
   * this, and returns the log up to there.
   */
  recordLog?(): Promise<() => Promise<string>>
  /** Makes the server forget its scripts, under open connections. */
  flushScripts?(): Promise<void>
  /** A repository on a client that the caller opened. */
  callerOwned?(namespace: string): Promise<CallerOwned>
  /** Backends, or settings of this one, that cannot keep a claim. */
  readonly unsafe?: readonly UnsafeBackend[]

  /** Whether clients come from a pool. */
  readonly pooled?: boolean
  /** Whether the memory is small enough to be filled. */
  readonly boundedMemory?: boolean
  /** The servers that share the keys; each can be killed and paused alone. */
  readonly members?: readonly ServerMember[]
  /** For a slow server: its part of the rounds of an ordinary run, above 0 and up to 1. */
  readonly roundsShare?: number
}

/** One of several servers that form one store. */
export interface ServerMember {
  /** Ends it without warning. */
  kill(): Promise<void>
  /** Restarts it after `kill`, at the same address. */
  start(): Promise<void>
  /** Stops its replies; connections stay open. */
  pause?(): Promise<void>
  /** Lets it reply again, with all its data. */
  resume?(): Promise<void>
}

/** URLs by what each account may do. */
export interface ServerAccounts {
  readonly verify: string
  readonly write: string
  readonly prune: string
  readonly migrate: string
}

export interface CallerOwned {
  readonly repository: TokenRepository
  /** Rejects when the client does not work any more. */
  use(): Promise<unknown>
  /** How many listeners the client has. */
  listeners(): number
  /** Closes the client. */
  dispose(): Promise<void>
}

export interface UnsafeBackend {
  /** Its defect, such as `UNLOGGED tables`. */
  readonly name: string
  readonly url: string
  /** The code of the finding that `open()` must report. */
  readonly finding: string
}
