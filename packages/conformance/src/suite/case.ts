import type { CaseContext } from '../harness/case-context.ts'
import type { Requirement } from './requirements.ts'

/** `adapter`: the compare-and-set map itself. `engine`: what core makes of it. */
export type CaseLevel = 'adapter' | 'engine'

interface CaseIdentity {
  /** In the plan; absent for a case that was added to it. */
  readonly planRow?: number
  readonly name: string
  readonly level: CaseLevel
}

/** One test, as data: any runner can run it, and it can be tried on a broken implementation. */
export interface Case extends CaseIdentity {
  /** What must be broken for this case to fail. */
  readonly catches: string
  readonly requires: Requirement
  /** Repetitions in an ordinary run and in a full one. */
  readonly rounds?: { readonly quick: number; readonly full: number }
  /** What the plan asks of this row and this form of the case does not do. */
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
