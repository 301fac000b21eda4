import type { KnownBadEngine } from '@tokenward/conformance/known-bad'
import type { Violation } from './history.ts'
import type { Durability } from './scenario.ts'

/** A range of seeds to run. */
export interface Chunk {
  /** `null`: core as it is. */
  readonly bad: KnownBadEngine | null
  readonly durability: Durability
  readonly from: number
  readonly count: number
  readonly stopsAtFailure: boolean
  /** Whether to return a hash of each schedule, to prove that they are deterministic. */
  readonly hashes: boolean
}

export interface Failure {
  readonly seed: number
  readonly violations: readonly Violation[]
}

export interface SearchResult {
  readonly schedules: number
  readonly steps: number
  readonly operations: number
  /** The first few. */
  readonly failures: readonly Failure[]
  readonly hashes: readonly string[]
}

/** Asks for the smallest schedule with the same violation, with its trace. */
export interface ExplainRequest {
  readonly bad: KnownBadEngine | null
  readonly durability: Durability
  readonly seed: number
}

export type Request =
  | { readonly type: 'run'; readonly chunk: Chunk }
  | { readonly type: 'explain'; readonly explain: ExplainRequest }

export type Reply =
  | { readonly result: SearchResult }
  | { readonly narrative: string }
  | { readonly crashed: string }
