import { type Etag, mayHaveStored, type Operation } from './operation.ts'
import { findViolation, type HistorySegment } from './search.ts'

/** How many operations may be checked again in total: a few seconds' worth. */
const EFFORT = 400_000

/**
 * The smallest violation for the same reason: a write stays while a remaining operation needs it to be
 * explained, because its absence would be another violation.
 */
export function shrink(segment: HistorySegment): HistorySegment {
  let { operations } = segment
  let effort = EFFORT
  const isViolation = (rest: readonly Operation[]) =>
    findViolation({ initial: segment.initial, operations: rest }) !== null
  const leaveOut = (size: number) => {
    // The latest first.
    for (let end = operations.length; end > 0 && effort > 0; end -= size) {
      effort -= operations.length
      const start = Math.max(end - size, 0)
      const taken = operations.slice(start, end)
      const rest = operations.toSpliced(start, end - start)
      if (!areNeeded(taken, rest) && isViolation(rest)) operations = rest
    }
  }
  for (let size = operations.length; size > 1; size = Math.ceil(size / 2)) leaveOut(size)
  // Twice: the second time without operations that only the latest needed.
  leaveOut(1)
  leaveOut(1)
  return { initial: segment.initial, operations }
}

function areNeeded(taken: readonly Operation[], rest: readonly Operation[]): boolean {
  const [named, refused] = [new Set<Etag>(), new Set<Etag>()]
  for (const { op, outcome, expected, etag } of rest) {
    named.add(etag)
    if (op === 'write') named.add(expected)
    if (outcome === 'fail') refused.add(expected).add(etag)
  }
  const isNeeded = (write: Operation) =>
    // The second condition: it may have made the first one fail.
    mayHaveStored(write) && (named.has(write.etag) || refused.has(write.expected))
  return taken.some(isNeeded)
}
