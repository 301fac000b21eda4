import type { ServerHandle } from '../bench/server.ts'
import type { Runner } from './runner.ts'

export interface ConformanceOptions {
  /** `import * as runner from 'vitest'`, or from `'node:test'`. */
  readonly runner: Runner
  /** Starts the backend, once for the run. */
  readonly server: () => Promise<ServerHandle>
  /** A module whose default export is `(url, namespace) => TokenRepository`. */
  readonly repository: URL
  /** The plan's numbers of rounds. Default: whether `TOKENWARD_FULL` is set. */
  readonly full?: boolean
  /** Names of cases; the others are reported as not run. */
  readonly only?: readonly string[]
  /** What the report calls this run: `redis-cluster`. Default: the adapter's name. */
  readonly label?: string
}
