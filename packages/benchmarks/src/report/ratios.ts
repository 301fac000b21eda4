import { GUARDS, PAIRS } from '../tables.ts'
import type { Row } from './charts.ts'
import type { StoreReport } from './contents.ts'

/** How often an operation runs for the CPU time of one other, with so many in flight; only what was measured. */
export function ratiosOf({ name, results }: StoreReport, inFlight: readonly number[]): Row[] {
  const isGuards = name === 'guards'
  const field = isGuards ? 'server' : 'cpu'
  return (isGuards ? GUARDS : PAIRS).flatMap(([one, other]) => {
    const values = inFlight.map((each) => {
      const measured = results[each]?.measured
      const ratio = (measured?.[other]?.[field] ?? NaN) / (measured?.[one]?.[field] ?? NaN)
      return Number.isFinite(ratio) ? ratio : null
    })
    return values.every((value) => value === null) ? [] : [{ label: one, reference: other, values }]
  })
}

/** How many were in flight, in ascending order. */
export function measuredInFlight({ results }: StoreReport): number[] {
  return Object.keys(results)
    .map(Number)
    .sort((a, b) => a - b)
}
