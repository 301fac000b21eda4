import type { Duration } from '@tokenward/core'
import type { ServerHandle } from '../harness/server-handle.ts'
import type { Runner } from './runner.ts'

export interface ConformanceOptions {
  /** `import * as runner from 'vitest'`, or from `'node:test'`. */
  readonly runner: Runner
  /** Starts the backend, once for the run. */
  readonly server: () => Promise<ServerHandle>
  /** A module whose default export is `(url, namespace) => TokenRepository`. */
  readonly repository: URL
  /**
   * The name of this run in reports, where one adapter is tested on several servers.
   * @default the adapter's name
   */
  readonly name?: string
  /**
   * The numbers of rounds of a full run.
   * @default whether `TOKENWARD_FULL` is set
   */
  readonly full?: boolean
  /**
   * The most rounds of any case, except in a full run: for the second server of an adapter, which need
   * not repeat what chance found on the first.
   */
  readonly rounds?: number
  /**
   * Every instance has this `cache.lease`, unless a case sets another: all that holds without a lease must
   * hold with it. For stores that are durable and linearizable.
   */
  readonly lease?: Duration
  /** Names of cases; the others are reported as not run. */
  readonly only?: readonly string[]
}
