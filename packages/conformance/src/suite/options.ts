import type { Duration } from '@tokenward/core'
import type { ServerHandle } from '../harness/server-handle.ts'
import type { CaseLevel } from './case.ts'
import type { Runner } from './runner.ts'

export interface ConformanceOptions {
  /** `import * as runner from 'vitest'`, or from `'node:test'`. */
  readonly runner: Runner
  /** Starts the backend, once for the run. */
  readonly server: () => Promise<ServerHandle>
  /**
   * Whether a backend that does not start fails the run; otherwise every case is reported as not run.
   * @default whether `CI` is set
   */
  readonly requireServer?: boolean
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
   * hold with it. For durable stores.
   */
  readonly lease?: Duration
  /** The cases that this run is about. It runs them and no others, in a full run too. */
  readonly only?: Subset
  /** Cases that do not fit this server, by name, each with the reason that the report prints. */
  readonly leaveOut?: Readonly<Record<string, string>>
  /**
   * Runs a part of the cases, another each time. A full run runs all of them, and `TOKENWARD_SAMPLE`
   * replaces it.
   * @default all cases
   */
  readonly sample?: Sample
}

export interface Subset {
  /** Names of cases, at least one. */
  readonly cases: readonly string[]
  /** Why the others are left out, for the report. */
  readonly reason: string
}

/** Where all cases would take CI too long. */
export interface Sample {
  /**
   * Each case runs once in so many consecutive runs. The number of a run is `TOKENWARD_RUN`, or
   * `GITHUB_RUN_NUMBER`, or the number of days since 1970.
   */
  readonly runs: number
  /**
   * The level of the cases that are sampled. Every run has all cases of the other level.
   * @default both levels
   */
  readonly of?: CaseLevel
  /** Names of the cases that every run has. */
  readonly always?: readonly string[]
  /**
   * From 0 to `runs` - 1: servers with different offsets have different cases in one run.
   * @default chosen by the name of the run
   */
  readonly offset?: number
}
