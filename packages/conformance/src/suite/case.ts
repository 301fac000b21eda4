import type { Bench } from '../harness/case-context.ts'
import type { Gate } from './requirements.ts'

/** `adapter`: the compare-and-set map itself. `engine`: what core makes of it. */
export type Level = 'adapter' | 'engine'

interface Described {
  /** In the plan; absent for a case that was added to it. */
  readonly row?: number
  readonly name: string
  readonly level: Level
}

/** One test, as data: any runner can run it, and it can be tried on a broken implementation. */
export interface Case extends Described {
  /** What must be broken for this case to fail. */
  readonly guards: string
  readonly gate: Gate
  /** Repetitions in an ordinary run and in a full one. */
  readonly rounds?: { readonly some: number; readonly full: number }
  /** What the plan asks of this row and this form of the case does not do. */
  readonly lacks?: string
  run(bench: Bench): Promise<void>
}

/** A row of the plan that has no case yet: reported as not run. */
export interface Planned extends Described {
  readonly notRun: string
}

export type Entry = Case | Planned

export function isPlanned(entry: Entry): entry is Planned {
  return 'notRun' in entry
}
