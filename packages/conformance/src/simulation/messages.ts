import type { KnownBadEngine } from '../known-bad/engines/known-bad-engine.ts'
import type { Violation } from './history.ts'
import type { Retention } from './setting.ts'

/** A row of seeds to run. */
export interface Chunk {
  /** `null`: core as it is. */
  readonly bad: KnownBadEngine | null
  readonly retention: Retention
  readonly from: number
  readonly count: number
  /** Of each schedule, for a proof that they repeat themselves. */
  readonly hashes: boolean
}

export interface Failure {
  readonly seed: number
  readonly violations: readonly Violation[]
  /** The smallest that was found, with its trace. Of the first failure alone. */
  readonly narrative: string
}

export interface Ran {
  readonly schedules: number
  readonly steps: number
  readonly operations: number
  /** The first few. */
  readonly failures: readonly Failure[]
  readonly failed: number
  readonly hashes: readonly string[]
}
