import type { Operation } from './operation.ts'

/** How much of a history was concurrent: a history with little overlap tests little. */
export interface Concurrency {
  readonly operations: number
  /** How many operations overlapped another one on the same key. */
  readonly overlapping: number
  /** Rejected writes, which stay open without end. */
  readonly indeterminate: number
  /** Sum of the durations of all operations, and time in which any was pending. ns */
  readonly spent: number
  readonly busy: number
}

export const NO_CONCURRENCY: Concurrency = {
  operations: 0,
  overlapping: 0,
  indeterminate: 0,
  spent: 0,
  busy: 0,
}

export function concurrencyOf(operations: readonly Operation[]): Concurrency {
  const keys = Map.groupBy(operations, ({ key }) => key)
  return [...keys.values()].map(concurrencyOnKey).reduce(addConcurrency, NO_CONCURRENCY)
}

export function addConcurrency(a: Concurrency, b: Concurrency): Concurrency {
  return {
    operations: a.operations + b.operations,
    overlapping: a.overlapping + b.overlapping,
    indeterminate: a.indeterminate + b.indeterminate,
    spent: a.spent + b.spent,
    busy: a.busy + b.busy,
  }
}

export function describeConcurrency({ operations, overlapping, ...all }: Concurrency): string {
  const share = Math.round((100 * overlapping) / Math.max(operations, 1))
  const mean = (all.spent / Math.max(all.busy, 1)).toFixed(1)
  return `${operations} operations, ${all.indeterminate} of them indeterminate; ${share} % overlapped another on their key, ${mean} at a time on average`
}

/** Operations that never return count as ended when they began, because their duration is unknown. */
function concurrencyOnKey(operations: readonly Operation[]): Concurrency {
  const spans = operations
    .map(({ invoke, return: end }) => ({ from: invoke, to: end ?? invoke }))
    .sort((a, b) => a.from - b.from)
  const met = new Set<number>()
  let [spent, busy] = [0, 0]
  let last = { at: -1, to: Number.NEGATIVE_INFINITY }
  for (const [i, { from, to }] of spans.entries()) {
    // If an earlier operation overlaps, then the one that ends last does.
    if (from <= last.to) met.add(i).add(last.at)
    spent += to - from
    busy += Math.max(0, to - Math.max(from, last.to))
    if (to > last.to) last = { at: i, to }
  }
  const indeterminate = operations.filter((operation) => operation.return === null).length
  return { operations: operations.length, overlapping: met.size, indeterminate, spent, busy }
}
