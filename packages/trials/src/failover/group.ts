import type { ServerHandle } from '@tokenward/conformance'

/** What a server handle needs for the cases `failover` and `deposed-primary`. */
export type FailoverHandle = ServerHandle &
  Required<Pick<ServerHandle, 'failover' | 'primary' | 'depose'>>

/** Several servers of one store, and what is expected of them. */
export interface Scenario {
  /** As in the table: `Postgres, synchronous standby, fenced`. */
  readonly title: string
  /** The module that opens the store by its URL, for the conformance suite and for the trial. */
  readonly repository: URL
  /** Whether acknowledged writes survive the loss of the primary. */
  readonly keepsWrites: boolean
  /** Whether a deposed primary neither answers with old records nor takes writes. */
  readonly isFenced: boolean
  start(): Promise<FailoverGroup>
}

export interface FailoverGroup {
  readonly handle: FailoverHandle
  /**
   * Kills the primary, and resolves once another server has taken over and the old one follows it.
   * @param killed is called in between
   */
  failover(killed: () => Promise<void>): Promise<void>
  /**
   * Suspends the replicas and ends their connections, so that they are behind from now on. Returns a function
   * that resumes them. Absent where the primary waits for a majority.
   */
  hold?(): Promise<() => Promise<void>>
}

/** Calls the function once, however often it is called. */
export function onlyOnce(call: () => Promise<void>): () => Promise<void> {
  let called: Promise<void> | undefined
  return () => {
    called ??= call()
    return called
  }
}
