import { type Etag, mayHaveStored, type Operation } from './operation.ts'

/**
 * The etags of a key in an order in which they can have followed one another, by the writes that may
 * have stored them. `null` where an etag could come back after it was replaced. Core's etags are random
 * and new with every change, so none can in its histories.
 */
export function etagOrder(operations: readonly Operation[]): Etag[] | null {
  const next = new Map<Etag, Set<Etag>>()
  const before = new Map<Etag, number>()
  for (const operation of operations) {
    const { expected, etag } = operation
    if (!mayHaveStored(operation) || expected === etag) continue
    const followers = next.get(expected) ?? new Set()
    next.set(expected, followers)
    before.set(expected, before.get(expected) ?? 0)
    if (followers.has(etag)) continue
    followers.add(etag)
    before.set(etag, (before.get(etag) ?? 0) + 1)
  }
  return ordered(next, before)
}

/** Topological order, by Kahn. */
function ordered(next: Map<Etag, Set<Etag>>, before: Map<Etag, number>): Etag[] | null {
  const order = [...before].filter(([, count]) => count === 0).map(([etag]) => etag)
  // The list grows during the iteration.
  for (const etag of order) {
    for (const follower of next.get(etag) ?? []) {
      const left = (before.get(follower) ?? 0) - 1
      before.set(follower, left)
      if (left === 0) order.push(follower)
    }
  }
  return order.length === before.size ? order : null
}
