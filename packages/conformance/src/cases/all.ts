import type { SuiteEntry } from '../suite/case.ts'
import { adapterCases } from './adapter/all.ts'
import { engineCases } from './engine/all.ts'
import { cases as unhandledErrors } from './engine/unhandled-errors.ts'
import { planned, TRIED } from './planned.ts'

/** Every case: those about the map, then those about core in the order of the plan. */
export const cases: readonly SuiteEntry[] = [
  ...adapterCases,
  planned(39, 'known-bad', TRIED, 'adapter'),
  ...inPlanOrder(engineCases),
  // Checks the errors of the whole run, and therefore comes last.
  ...unhandledErrors,
]

/** Sorts by row of the plan. A case without a row stays behind the case that it follows in the list. */
function inPlanOrder(entries: readonly SuiteEntry[]): SuiteEntry[] {
  let planRow = 0
  const placed = entries.map((entry) => {
    planRow = entry.planRow ?? planRow
    return { entry, planRow }
  })
  return placed.sort((a, b) => a.planRow - b.planRow).map(({ entry }) => entry)
}
