import { type EtagLifetime, type EtagLifetimes, etagLifetimes } from './etag-lifetimes.ts'
import { type Etag, type Operation, returned } from './operation.ts'

/** A violation of a rule, and the operations that show it. */
export interface Violation {
  readonly invariant: string
  readonly operations: readonly Operation[]
}

/** The rules that a history can break, in words. */
export const INVARIANTS = {
  unwritten: 'a read saw an etag that was never written',
  vanished: 'a read saw nothing, although a record existed from the start',
  expectedUnwritten:
    'a write was answered true, although the etag that it expected was never written',
  falseStored: 'false was answered, though the write was stored',
  falseMatching: 'false was answered, though the expected etag was stored',
  falseRepeated: 'false was answered to a repetition, though its etag was stored',
  falseEither: 'false was answered, though either the expected etag or its own was stored',
  early: 'an etag was seen before any write of it had begun',
  twoTrue: 'two writes on the same expected etag were both answered true',
  twoStored: 'two writes on the same expected etag were both stored',
  olderThanAcknowledged: 'a read returned an etag older than one acknowledged before it began',
  olderThanSeen: 'a read returned an etag older than one seen before it began',
  lost: 'a read saw nothing, although a write had been acknowledged or seen before it began',
  lateTrue: 'true was answered to a repetition, though its etag had been replaced before it began',
  noOrder: 'no order of these operations explains their answers',
} as const

/**
 * The plainest broken rule of one key's history, or else the earliest, with the few operations that
 * prove it. Each is a complete proof, whatever else happened. `null`: only a search can find a
 * violation.
 */
export function explainViolation(
  operations: readonly Operation[],
  initial: Etag,
): Violation | null {
  const lifetimes = etagLifetimes(operations, initial)
  if (lifetimes === null) return null
  const found = [...lifetimes.all()].flatMap((lifetime) => [
    ...unwritten(lifetime, lifetimes),
    ...early(lifetime),
    ...forks(lifetime, lifetimes),
    ...late(lifetime, lifetimes),
    ...lifetime.refused.flatMap((write) => wrongFalse(write, lifetimes)),
  ])
  const first = found.toSorted((a, b) => plainness(a) - plainness(b) || shownAt(a) - shownAt(b))[0]
  return first ? { ...first, operations: [...new Set(first.operations)] } : null
}

function unwritten(
  { etag, writes, refused, reads, used }: EtagLifetime,
  { initial }: EtagLifetimes,
): Violation[] {
  if (writes.length > 0 || etag === initial) return []
  const [read, write, denied] = [reads[0], used[0], refused[0]]
  const shown = read ?? write
  if (!shown) return []
  if (denied) return [{ invariant: INVARIANTS.falseStored, operations: [denied, shown] }]
  if (!read) return [{ invariant: INVARIANTS.expectedUnwritten, operations: [shown] }]
  const invariant = etag === null ? INVARIANTS.vanished : INVARIANTS.unwritten
  return [{ invariant, operations: [read] }]
}

function early({ writes, reached }: EtagLifetime): Violation[] {
  const [first] = writes.toSorted((a, b) => a.invoke - b.invoke)
  if (!first || !reached?.by || reached.at >= first.invoke) return []
  return [{ invariant: INVARIANTS.early, operations: [reached.by, first] }]
}

/** In one history an etag is replaced by one other. */
function forks(lifetime: EtagLifetime, lifetimes: EtagLifetimes): Violation[] {
  const [first, second] = lifetimes
    .reachedChildren(lifetime)
    .map((child) => ({ proof: storing(child), at: child.reached?.at ?? 0 }))
    .sort((a, b) => a.at - b.at)
  if (!first || !second) return []
  const operations = [...first.proof, ...second.proof]
  const answered = first.proof.length === 1 && second.proof.length === 1
  return [{ invariant: answered ? INVARIANTS.twoTrue : INVARIANTS.twoStored, operations }]
}

/** Returned by a read, or answered true, after it had been replaced. */
function late(lifetime: EtagLifetime, lifetimes: EtagLifetimes): Violation[] {
  const { etag, reads, writes } = lifetime
  return lifetimes.reachedChildren(lifetime).flatMap((child) => {
    const { at = 0, by = null } = child.reached ?? {}
    const read = reads.find(({ invoke }) => invoke > at)
    const repeated = writes.find(({ outcome, invoke }) => outcome === 'ok' && invoke > at)
    const proof = [...writes.slice(0, 1), ...storing(child), ...(by ? [by] : [])]
    const seen = by?.op === 'read' ? INVARIANTS.olderThanSeen : INVARIANTS.olderThanAcknowledged
    const stale = etag === null ? INVARIANTS.lost : seen
    return [
      ...(read ? [{ invariant: stale, operations: [...proof, read] }] : []),
      ...(repeated ? [{ invariant: INVARIANTS.lateTrue, operations: [...proof, repeated] }] : []),
    ]
  })
}

/** At every instant of the call either the expected etag or the new one was stored. */
function wrongFalse(write: Operation, lifetimes: EtagLifetimes): Violation[] {
  const [expected, own] = [lifetimes.of(write.expected), lifetimes.of(write.etag)]
  // Then it was stored by this call or one like it, which is the better proof.
  if (own.writes.length === 0 && own.reads.length + own.used.length > 0) return []
  const during = (from: EtagLifetime, to: EtagLifetime): Operation[] | null => {
    const kept = lifetimes.keptUntil(to)
    if ((from.reached?.at ?? Number.POSITIVE_INFINITY) >= write.invoke) return null
    if (kept.at <= returned(write)) return null
    return [from.reached?.by, write, kept.by].filter((operation) => !!operation)
  }
  const matching = during(expected, expected)
  if (matching) return [{ invariant: INVARIANTS.falseMatching, operations: matching }]
  const repeated = during(own, own)
  if (repeated) return [{ invariant: INVARIANTS.falseRepeated, operations: repeated }]
  const follows = own.reached ? own.parent === expected.etag : isOnlyChild(own, expected)
  const either = follows ? during(expected, own) : null
  if (!either) return []
  const operations = [...either, ...own.writes.slice(0, 1), own.reached?.by].filter((o) => !!o)
  return [{ invariant: INVARIANTS.falseEither, operations }]
}

function isOnlyChild(lifetime: EtagLifetime, { children }: EtagLifetime): boolean {
  return children.length === 1 && children[0] === lifetime.etag
}

/**
 * Proves that an etag was stored: a write that returned true; or a write that may have, and an operation
 * that saw it.
 */
function storing({ writes, reached }: EtagLifetime): Operation[] {
  const acknowledged = writes.find(({ outcome }) => outcome === 'ok')
  if (acknowledged) return [acknowledged]
  return [...writes.slice(0, 1), ...(reached?.by ? [reached.by] : [])]
}

/** Two winners need no assumption about other operations; most defects have further consequences. */
function plainness({ invariant }: Violation): number {
  return invariant === INVARIANTS.twoTrue ? 0 : 1
}

/** The instant from which it could be known. */
function shownAt({ operations }: Violation): number {
  return Math.max(...operations.map((operation) => operation.return ?? operation.invoke))
}
