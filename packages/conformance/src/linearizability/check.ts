import { ANYTHING_ELSE, byInvocation, type Etag, type Operation } from './operation.ts'
import { findViolation, type HistorySegment } from './search.ts'
import { shrink } from './shrink.ts'
import { timeline } from './timeline.ts'
import { explainViolation, INVARIANTS } from './violations.ts'

export type LinearizabilityResult = Linearizable | NotLinearizable

export interface Linearizable {
  readonly linearizable: true
  readonly operations: number
  readonly keys: number
}

export interface NotLinearizable {
  readonly linearizable: false
  readonly operations: number
  readonly keys: number
  /** The first key whose operations have no order. */
  readonly key: string
  /** The invariant that was broken, in words. */
  readonly invariant: string
  /** The smallest segment that shows it. */
  readonly segment: HistorySegment
  /** The segment, drawn over time. */
  readonly timeline: string
}

export interface CheckOptions {
  /**
   * The stored etag of every key when the history begins.
   * @default null, no record
   */
  readonly initial?: Etag
}

/**
 * Checks whether a register with compare-and-set can have produced a history. For each key there must be
 * an order of all its operations, each at one instant between its invocation and its return, in which
 *
 * - a read returned the stored etag;
 * - a write that returned true found its expected etag and stored its own, or found its own;
 * - a write that returned false found neither, and changed nothing;
 * - an indeterminate write did one of the two at any instant after its invocation, or never.
 *
 * Keys are checked one by one: a history is linearizable if and only if each of its keys is.
 */
export function checkHistory(
  operations: readonly Operation[],
  { initial = null }: CheckOptions = {},
): LinearizabilityResult {
  const keys = Map.groupBy(operations.filter(isInformative), ({ key }) => key)
  const size = { operations: operations.length, keys: keys.size }
  for (const [key, ofKey] of keys) {
    const violation = findViolation({ initial: [initial], operations: ofKey })
    if (violation === null) continue
    const { invariant, segment } = leastOf(violation, ofKey, initial)
    return { linearizable: false, ...size, key, invariant, segment, timeline: timeline(segment) }
  }
  return { linearizable: true, ...size }
}

/** A result as text for people. */
export function describeResult(result: LinearizabilityResult): string {
  const size = `${result.operations} operations on ${result.keys} keys`
  if (result.linearizable) return `linearizable: ${size}`
  return `not linearizable: ${result.invariant}\nof ${size}, under ${result.key}:\n${result.timeline}`
}

/** A proof by a few operations, from anywhere in the history; otherwise the shrunk failing segment. */
function leastOf(
  violation: HistorySegment,
  operations: readonly Operation[],
  initial: Etag,
): { invariant: string; segment: HistorySegment } {
  const found = explainViolation(operations, initial)
  if (found === null) return { invariant: INVARIANTS.noOrder, segment: shrink(violation) }
  const proof = found.operations.toSorted(byInvocation)
  return {
    invariant: found.invariant,
    segment: { initial: beginningOf(proof, initial), operations: proof },
  }
}

/** Most proofs hold for any initial etag; some need the real one. */
function beginningOf(operations: readonly Operation[], initial: Etag): readonly Etag[] {
  const named = operations.flatMap(({ expected, etag }) => [expected, etag])
  const anything = [...new Set([initial, ...named, ANYTHING_ELSE])]
  return findViolation({ initial: anything, operations }) ? anything : [initial]
}

/** A rejected read returned nothing, so it constrains nothing. */
function isInformative({ op, outcome }: Operation): boolean {
  return op === 'write' || outcome === 'ok'
}
