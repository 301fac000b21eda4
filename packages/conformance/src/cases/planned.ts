import type { CaseLevel, SuiteEntry } from '../suite/case.ts'

export const TRIED =
  'run once for the suite and not for each adapter: its own tests write known-bad.json'

/** A row of the plan without a case in this list. */
export function planned(
  planRow: number,
  name: string,
  notRun: string,
  level: CaseLevel = 'engine',
): SuiteEntry {
  return { planRow, name, level, notRun }
}
