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
  readonly makers: Operation[]
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
  const lives = new EtagLifetimes(initial)
  for (const operation of operations) if (!lives.add(operation)) return null
  if (order === null || lives.of(initial).parent !== undefined) return null
  for (const etag of order.reverse()) lives.settle(etag)
  return lives
}

export class EtagLifetimes {
  readonly initial: Etag
  readonly #lives = new Map<Etag, EtagLifetime>()

  constructor(initial: Etag) {
    this.initial = initial
    this.#lives.set(initial, {
      ...newLife(initial),
      reached: { at: Number.NEGATIVE_INFINITY, by: null },
    })
  }

  all(): Iterable<EtagLifetime> {
    return this.#lives.values()
  }

  of(etag: Etag): EtagLifetime {
    const life = this.#lives.get(etag) ?? newLife(etag)
    this.#lives.set(etag, life)
    return life
  }

  /** @returns whether its etag has this one parent */
  add(operation: Operation): boolean {
    const { op, expected, etag, outcome } = operation
    const life = this.of(etag)
    if (op === 'read') {
      life.reads.push(operation)
      lower(life, operation)
      return true
    }
    if (outcome === 'fail') {
      life.refused.push(operation)
      return true
    }
    if (life.makers.length === 0) this.#follow(expected, life)
    life.makers.push(operation)
    if (outcome === 'ok') {
      this.of(expected).used.push(operation)
      lower(life, operation)
    }
    return life.parent === expected && etag !== expected
  }

  #follow(parent: Etag, life: EtagLifetime): void {
    life.parent = parent
    this.of(parent).children.push(life.etag)
  }

  /** A replaced etag was stored before. Called for an etag after its children. */
  settle(etag: Etag): void {
    const life = this.of(etag)
    for (const child of life.children) {
      const { reached } = this.of(child)
      if (reached && (!life.reached || reached.at < life.reached.at)) life.reached = reached
    }
  }

  reachedChildren({ children }: EtagLifetime): EtagLifetime[] {
    return children.map((child) => this.of(child)).filter(({ reached }) => reached !== null)
  }

  /** The last instant up to which it was surely not replaced, if it was stored at all. */
  keptUntil(life: EtagLifetime): Bound {
    let kept = this.#firstReplacement(life)
    for (const read of life.reads) if (read.invoke > kept.at) kept = { at: read.invoke, by: read }
    return kept
  }

  /** It cannot have been replaced before the first write that may have replaced it began. */
  #firstReplacement(life: EtagLifetime): Bound {
    const reached = this.reachedChildren(life)
    const replacing = reached.length > 0 ? reached : life.children.map((child) => this.of(child))
    let first: Bound = { at: Number.POSITIVE_INFINITY, by: null }
    for (const maker of replacing.flatMap(({ makers }) => makers)) {
      if (maker.invoke < first.at) first = { at: maker.invoke, by: maker }
    }
    return first
  }
}

function newLife(etag: Etag): EtagLifetime {
  const lists = { makers: [], refused: [], reads: [], used: [], children: [] }
  return { etag, parent: undefined, ...lists, reached: null }
}

function lower(life: EtagLifetime, by: Operation): void {
  const at = returned(by)
  if (life.reached === null || at < life.reached.at) life.reached = { at, by }
}
