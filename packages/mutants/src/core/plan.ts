/** What the worker does, in a file whose name is in `TOKENWARD_MUTANTS_PLAN`. */
export type Plan = CoveragePlan | MutationPlan

interface CoveragePlan {
  readonly kind: 'coverage'
  readonly log: string
}

interface MutationPlan {
  readonly kind: 'mutation'
  readonly log: string
  /** By the id of the test: the mutants to try, each with how often the test reaches it. */
  readonly tests: Readonly<Record<string, PlannedTest>>
}

export interface PlannedTest {
  /** How long it took when nothing was changed. */
  readonly ms: number
  readonly mutants: readonly (readonly [id: string, hits: number])[]
}

export interface CoveredTest {
  readonly test: string
  readonly file: string
  readonly ms: number
  /** Why it cannot be run more than once. */
  readonly unusable?: string
  readonly hits: Readonly<Record<string, number>>
  /** Reached only the first time, because a module was imported. */
  readonly atImport: readonly string[]
}

/** One line of the log of a coverage run. `imported`: what ran before the first test of a file. */
export type CoverageLine = CoveredTest | { readonly imported: readonly string[] }

/** One line of the log of a mutation run. */
export type Judgment =
  | { readonly mutant: string; readonly status: 'killed' | 'timeout'; readonly by: string }
  | { readonly done: string }
  /** The test fails although nothing is changed: what it killed before is not known. */
  | { readonly unreliable: string }
