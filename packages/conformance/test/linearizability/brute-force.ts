import type { Etag, Operation } from '../../src/linearizability/operation.ts'

/** Tries every order. As simple as possible, for a handful of operations on one key. */
export function hasOrder(operations: readonly Operation[], state: Etag): boolean {
  if (operations.every(({ outcome }) => outcome === 'indeterminate')) return true
  return operations.some((next) => {
    const rest = operations.filter((operation) => operation !== next)
    if (rest.some((other) => other.return !== null && other.return < next.invoke)) return false
    if (next.outcome === 'indeterminate' && hasOrder(rest, state)) return true
    return outcomesOf(next, state).some((after) => hasOrder(rest, after))
  })
}

/** What can be stored after it, if it can happen now. */
function outcomesOf({ op, outcome, expected, etag }: Operation, state: Etag): Etag[] {
  if (op === 'read') return state === etag ? [state] : []
  const would = state === expected || state === etag
  if (outcome === 'ok') return would ? [etag] : []
  if (outcome === 'fail') return would ? [] : [state]
  return [would ? etag : state]
}
