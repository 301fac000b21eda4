/** What the worker does, in a file whose name is in `TOKENWARD_MUTANTS_PLAN`. */
export type Plan = CoveragePlan | MutationPlan

interface CoveragePlan {
  readonly kind: 'coverage'
  readonly log: string
}

interface MutationPlan {
  readonly kind: 'mutation'
  readonly log: string
  /** The random id of this run in the log, which other runs may write to at the same time. */
  readonly plan: string
  /** By the id of the test. */
  readonly tests: Readonly<Record<string, PlannedTest>>
}

export interface PlannedTest {
  /** How long it took when nothing was changed. */
  readonly ms: number
  /** Its name in the log, which changes with the test. */
  readonly doneAs: string
  /** The mutants to try, each with how often the test reaches it. */
  readonly mutants: readonly (readonly [id: string, hits: number])[]
}

/** One line of the log of a coverage run. `imported`: what ran outside of tests, after the tests of `file`. */
export type CoverageLine =
  | CoveredTest
  | { readonly file: string; readonly imported: readonly string[] }

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

/** A mutant that did not end in so many tests is killed. */
export const HANGS = 2

/** One line of the log of a mutation run. */
export type Judgment =
  /** A run begins, on these mutants. */
  | { readonly plan: string; readonly mutants: readonly string[] }
  | { readonly mutant: string; readonly by: string }
  /** A test did not end. */
  | { readonly hung: string; readonly by: string }
  | { readonly done: string; readonly plan: string }
  /** The test fails although nothing is changed: what it killed before is not known. */
  | { readonly unreliable: string }
