import type { CaseContext } from '../harness/case-context.ts'
import type { Requirement } from './requirements.ts'

/** `adapter`: the compare-and-set map. `engine`: core on top of it. */
export type CaseLevel = 'adapter' | 'engine'

interface CaseIdentity {
  /** The number of the case in the first test plan; missing for later cases. */
  readonly planRow?: number
  readonly name: string
  readonly level: CaseLevel
}

/** One test, as data: any runner can run it, and it can be run on a broken implementation. */
export interface Case extends CaseIdentity {
  /** The rule whose violation this case catches. */
  readonly catches: string
  readonly requires: Requirement
  /** Repetitions: `quick` in an ordinary run, `full` in a full one. */
  readonly rounds?: { readonly quick: number; readonly full: number }
  /** What the plan asks of this row and this case does not do yet. */
  readonly gaps?: string
  run(context: CaseContext): Promise<void>
}

/** A row of the plan that has no case yet: reported as not run. */
export interface PlannedCase extends CaseIdentity {
  readonly notRun: string
}

export type SuiteEntry = Case | PlannedCase

export function isPlanned(entry: SuiteEntry): entry is PlannedCase {
  return 'notRun' in entry
}
