import type { Entry } from '../suite/case.ts'
import { adapterCases } from './adapter/all.ts'
import { engineCases } from './engine/all.ts'
import { cases as strayErrors } from './engine/unhandled-errors.ts'
import { planned, TRIED } from './planned.ts'

/** Every case: those about the map itself, then those about core in the order of the plan. */
export const cases: readonly Entry[] = [
  ...adapterCases,
  planned(39, 'known-bad', TRIED, 'adapter'),
  ...inPlanOrder([...engineCases, planned(33, 'payload-swap', 'core seals no payloads yet')]),
  // It looks back on the whole run.
  ...strayErrors,
]

/** By row. A case without a row keeps its place behind the one that it was added to. */
function inPlanOrder(entries: readonly Entry[]): Entry[] {
  let row = 0
  const placed = entries.map((entry) => {
    row = entry.row ?? row
    return { entry, row }
  })
  return placed.sort((a, b) => a.row - b.row).map(({ entry }) => entry)
}
