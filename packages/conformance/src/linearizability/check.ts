import { ANYTHING_ELSE, byInvocation, type Etag, type Operation } from './operation.ts'
import { findViolation, type Piece } from './search.ts'
import { shrink } from './shrink.ts'
import { timeline } from './timeline.ts'
import { explain, INVARIANTS } from './violations.ts'

export type Verdict = Linearizable | NotLinearizable

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
  /** The promise that was broken, in words. */
  readonly invariant: string
  /** The least that shows it. */
  readonly piece: Piece
  /** The piece, drawn against the clock. */
  readonly timeline: string
}

export interface JudgeOptions {
  /** What stands under every key when the history begins. Default: nothing. */
  readonly initial?: Etag
}

/**
 * Whether a history is one that a register with compare-and-set can have given: for each key there
 * is an order of all its operations, each at one instant between its invocation and its return,
 * in which
 *
 * - a read saw what stood there;
 * - a write that was answered true found its expected etag and stored its own, or found its own;
 * - a write that was answered false found neither, and changed nothing;
 * - an indeterminate write did one of the two at any instant after its invocation, or never.
 *
 * Keys are judged one by one: a history is linearizable iff each of its keys is.
 */
export function judgeHistory(
  operations: readonly Operation[],
  { initial = null }: JudgeOptions = {},
): Verdict {
  const keys = Map.groupBy(operations.filter(saysSomething), ({ key }) => key)
  const size = { operations: operations.length, keys: keys.size }
  for (const [key, ofKey] of keys) {
    const violation = findViolation({ stood: [initial], operations: ofKey })
    if (violation === null) continue
    const { invariant, piece } = leastOf(violation, ofKey, initial)
    return { linearizable: false, ...size, key, invariant, piece, timeline: timeline(piece) }
  }
  return { linearizable: true, ...size }
}

/** A verdict for somebody to read. */
export function describeVerdict(verdict: Verdict): string {
  const size = `${verdict.operations} operations on ${verdict.keys} keys`
  if (verdict.linearizable) return `linearizable: ${size}`
  return `not linearizable: ${verdict.invariant}\nof ${size}, under ${verdict.key}:\n${verdict.timeline}`
}

/** A proof by a few operations, from wherever they are; else what is left of the failing stretch. */
function leastOf(
  violation: Piece,
  operations: readonly Operation[],
  initial: Etag,
): { invariant: string; piece: Piece } {
  const found = explain(operations, initial)
  if (found === null) return { invariant: INVARIANTS.noOrder, piece: shrink(violation) }
  const proof = found.operations.toSorted(byInvocation)
  return {
    invariant: found.invariant,
    piece: { stood: beginningOf(proof, initial), operations: proof },
  }
}

/** Most proofs hold whatever stood before; some need that it was the initial etag. */
function beginningOf(operations: readonly Operation[], initial: Etag): readonly Etag[] {
  const named = operations.flatMap(({ expected, etag }) => [expected, etag])
  const anything = [...new Set([initial, ...named, ANYTHING_ELSE])]
  return findViolation({ stood: anything, operations }) ? anything : [initial]
}

/** A read that was rejected saw nothing; whoever notes it all the same loses nothing by it. */
function saysSomething({ op, outcome }: Operation): boolean {
  return op === 'write' || outcome === 'ok'
}
