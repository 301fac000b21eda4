import type { ServerHandle } from '../harness/server-handle.ts'
import type { Runner } from './runner.ts'

export interface ConformanceOptions {
  /** `import * as runner from 'vitest'`, or from `'node:test'`. */
  readonly runner: Runner
  /** Starts the backend, once for the run. */
  readonly server: () => Promise<ServerHandle>
  /** A module whose default export is `(url, namespace) => TokenRepository`. */
  readonly repository: URL
  /** Of this run in reports, where one adapter is held on several servers. Default: the adapter's. */
  readonly name?: string
  /** The plan's numbers of rounds. Default: whether `TOKENWARD_FULL` is set. */
  readonly full?: boolean
  /**
   * No case has more rounds than so many, but in a full run: for the second server of an adapter,
   * which need not repeat what chance showed on the first.
   */
  readonly rounds?: number
  /** Names of cases; the others are reported as not run. */
  readonly only?: readonly string[]
}
