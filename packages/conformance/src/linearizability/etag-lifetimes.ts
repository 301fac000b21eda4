import { etagOrder } from './etag-order.ts'
import { type Etag, type Operation, returned } from './operation.ts'

/** A bound on an instant, and the operation that proves it. */
export interface Bound {
  readonly at: number
  readonly by: Operation | null
}

/** What one key's history proves about one etag. */
export interface EtagLifetime {
  readonly etag: Etag
  /**
   * The etag that it can only have followed. `undefined`: it was the initial one, or was never written.
   */
  parent: Etag | undefined
  /** Writes that may have stored it. */
  readonly writes: Operation[]
  /** Writes of it that returned false. */
  readonly refused: Operation[]
  readonly reads: Operation[]
  /** Acknowledged writes that expected it. */
  readonly used: Operation[]
  /** Etags that writes would have stored in its place. */
  readonly children: Etag[]
  /** It was stored by then, or earlier. `null`: it may never have been stored. */
  reached: Bound | null
}

/**
 * What the history of one key proves about each of its etags. `null` where an etag could come back or
 * follow one of two others: then little can be proved about a single etag.
 */
export function etagLifetimes(
  operations: readonly Operation[],
  initial: Etag,
): EtagLifetimes | null {
  const order = etagOrder(operations)
  const lifetimes = new EtagLifetimes(initial)
  for (const operation of operations) if (!lifetimes.add(operation)) return null
  if (order === null || lifetimes.of(initial).parent !== undefined) return null
  for (const etag of order.reverse()) lifetimes.settle(etag)
  return lifetimes
}

export class EtagLifetimes {
  readonly initial: Etag
  readonly #lifetimes = new Map<Etag, EtagLifetime>()

  constructor(initial: Etag) {
    this.initial = initial
    this.#lifetimes.set(initial, {
      ...newLife(initial),
      reached: { at: Number.NEGATIVE_INFINITY, by: null },
    })
  }

  all(): Iterable<EtagLifetime> {
    return this.#lifetimes.values()
  }

  of(etag: Etag): EtagLifetime {
    const lifetime = this.#lifetimes.get(etag) ?? newLife(etag)
    this.#lifetimes.set(etag, lifetime)
    return lifetime
  }

  /** @returns whether its etag has this one parent */
  add(operation: Operation): boolean {
    const { op, expected, etag, outcome } = operation
    const lifetime = this.of(etag)
    if (op === 'read') {
      lifetime.reads.push(operation)
      lower(lifetime, operation)
      return true
    }
    if (outcome === 'fail') {
      lifetime.refused.push(operation)
      return true
    }
    if (lifetime.writes.length === 0) this.#follow(expected, lifetime)
    lifetime.writes.push(operation)
    if (outcome === 'ok') {
      this.of(expected).used.push(operation)
      lower(lifetime, operation)
    }
    return lifetime.parent === expected && etag !== expected
  }

  #follow(parent: Etag, lifetime: EtagLifetime): void {
    lifetime.parent = parent
    this.of(parent).children.push(lifetime.etag)
  }

  /** A replaced etag was stored before. Called for an etag after its children. */
  settle(etag: Etag): void {
    const lifetime = this.of(etag)
    for (const child of lifetime.children) {
      const { reached } = this.of(child)
      if (reached && (!lifetime.reached || reached.at < lifetime.reached.at))
        lifetime.reached = reached
    }
  }

  reachedChildren({ children }: EtagLifetime): EtagLifetime[] {
    return children.map((child) => this.of(child)).filter(({ reached }) => reached !== null)
  }

  /** The last instant up to which it was surely not replaced, if it was stored at all. */
  keptUntil(lifetime: EtagLifetime): Bound {
    let kept = this.#firstReplacement(lifetime)
    for (const read of lifetime.reads)
      if (read.invoke > kept.at) kept = { at: read.invoke, by: read }
    return kept
  }

  /** It cannot have been replaced before the first write that may have replaced it began. */
  #firstReplacement(lifetime: EtagLifetime): Bound {
    const reached = this.reachedChildren(lifetime)
    const replacing =
      reached.length > 0 ? reached : lifetime.children.map((child) => this.of(child))
    let first: Bound = { at: Number.POSITIVE_INFINITY, by: null }
    for (const maker of replacing.flatMap(({ writes }) => writes)) {
      if (maker.invoke < first.at) first = { at: maker.invoke, by: maker }
    }
    return first
  }
}

function newLife(etag: Etag): EtagLifetime {
  const lists = { writes: [], refused: [], reads: [], used: [], children: [] }
  return { etag, parent: undefined, ...lists, reached: null }
}

function lower(lifetime: EtagLifetime, by: Operation): void {
  const at = returned(by)
  if (lifetime.reached === null || at < lifetime.reached.at) lifetime.reached = { at, by }
}
