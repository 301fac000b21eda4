import { etagOrder } from './etag-order.ts'
import { byInvocation, type Etag, type Operation } from './operation.ts'

/** A segment of one key's history. */
export interface HistorySegment {
  /** Etags that may have been stored when it began. */
  readonly initial: readonly Etag[]
  readonly operations: readonly Operation[]
}

/** One possible state after everything so far. */
interface Configuration {
  readonly state: Etag
  /** The pending operations that have taken effect already; one bit each. */
  readonly done: bigint
}

/**
 * Looks for an order of one key's operations that explains every answer, each at one instant between its
 * invocation and its return. It keeps all configurations that are possible so far and processes the
 * events in time order; an operation is ordered only when one that returns needs it (Wing and Gong's
 * search, with Lowe's memory of configurations and his just-in-time order). So the work grows with the
 * concurrency, not with the length of the history.
 *
 * @returns `null`: there is an order. Otherwise the shortest segment up to the first return that no
 * order explains, from the last instant before it at which no operation was pending.
 */
export function findViolation({ initial, operations }: HistorySegment): HistorySegment | null {
  const search = new Search(initial, etagOrder(operations) === null)
  for (const event of eventsOf(operations)) {
    if (event.begins) search.invoke(event.operation)
    else if (!search.return(event.operation)) return search.violation()
  }
  return null
}

class Search {
  #configurations: Configuration[]
  /** Whether a state can come back; then an open write may be needed again later. */
  readonly #recurs: boolean
  readonly #underWay = new Map<Operation, bigint>()
  /** Indeterminate writes by the etag that they expect, because only that etag makes them possible. */
  readonly #open = new Map<Etag, { readonly etag: Etag; readonly bit: bigint }[]>()
  readonly #allOpen: Operation[] = []
  #used = 0n
  #window: { initial: Etag[]; operations: Operation[] }

  constructor(initial: readonly Etag[], recurs: boolean) {
    this.#configurations = initial.map((state) => ({ state, done: 0n }))
    this.#window = { initial: [...initial], operations: [] }
    this.#recurs = recurs
  }

  invoke(operation: Operation): void {
    this.#window.operations.push(operation)
    if (operation.outcome === 'indeterminate') this.#leaveOpen(operation)
    else this.#begin(operation)
  }

  /** @returns whether some configuration is left in which the operation has happened */
  return(operation: Operation): boolean {
    const bit = this.#underWay.get(operation) ?? 0n
    const left = this.#reach(bit)
    if (left.length === 0) return false
    this.#configurations = left
    this.#underWay.delete(operation)
    this.#used &= ~bit
    if (this.#underWay.size === 0) this.#beginWindow()
    return true
  }

  violation(): HistorySegment {
    const { initial, operations } = this.#window
    const inside = new Set(operations)
    const before = this.#allOpen.filter((write) => !inside.has(write))
    const earlier = usable(initial, before, operations)
    return { initial, operations: [...earlier, ...operations].sort(byInvocation) }
  }

  #begin(operation: Operation): void {
    const bit = this.#takeBit()
    this.#underWay.set(operation, bit)
    this.#configurations = this.#configurations.map(({ state, done }) => ({
      state,
      done: this.#explained(operation, state) ? done | bit : done,
    }))
  }

  #leaveOpen(write: Operation): void {
    const bit = this.#recurs ? this.#takeBit() : 0n
    const alike = this.#open.get(write.expected) ?? []
    alike.push({ etag: write.etag, bit })
    this.#open.set(write.expected, alike)
    this.#allOpen.push(write)
  }

  /** From all configurations, by as few steps as possible, to those in which `bit` is done. */
  #reach(bit: bigint): Configuration[] {
    const left = new Map<string, Configuration>()
    const met = new Set<string>()
    const waiting = [...this.#configurations]
    for (let here = waiting.pop(); here; here = waiting.pop()) {
      if (here.done & bit) {
        const { state, done } = here
        left.set(nameOf(here, ~bit), { state, done: done & ~bit })
        continue
      }
      const name = nameOf(here)
      if (met.has(name)) continue
      met.add(name)
      waiting.push(...this.#steps(here))
    }
    return [...left.values()]
  }

  #steps({ state, done }: Configuration): Configuration[] {
    const steps: Configuration[] = []
    for (const [{ outcome, op, expected, etag }, bit] of this.#underWay) {
      if (op === 'read' || outcome === 'fail' || done & bit) continue
      if (expected === state || etag === state) steps.push(this.#settled(etag, done | bit))
    }
    for (const { etag, bit } of this.#open.get(state) ?? []) {
      if (!(done & bit) && etag !== state) steps.push(this.#settled(etag, done | bit))
    }
    return steps
  }

  /** An operation that changes nothing and can happen now happens now: that excludes no order. */
  #settled(state: Etag, done: bigint): Configuration {
    let all = done
    for (const [operation, bit] of this.#underWay) {
      if (this.#explained(operation, state)) all |= bit
    }
    return { state, done: all }
  }

  #explained({ op, outcome, expected, etag }: Operation, state: Etag): boolean {
    if (op === 'read') return etag === state
    if (outcome === 'fail') return expected !== state && etag !== state
    // Its etag is stored, so it was a repetition. Where states recur, it may be needed as a
    // change later.
    return etag === state && !this.#recurs
  }

  #takeBit(): bigint {
    let bit = 1n
    while (this.#used & bit) bit <<= 1n
    this.#used |= bit
    return bit
  }

  #beginWindow(): void {
    if (this.#configurations.some(({ done }) => done !== 0n)) return
    const initial = this.#configurations.map(({ state }) => state)
    this.#window = { initial, operations: [] }
  }
}

/** Open writes from earlier that can still happen in this segment. */
function usable(
  initial: readonly Etag[],
  open: readonly Operation[],
  operations: readonly Operation[],
): Operation[] {
  const met = new Set<Etag>(initial)
  for (const { op, etag } of operations) if (op === 'write') met.add(etag)
  const taken = new Set<Operation>()
  for (let size = -1; size < taken.size; ) {
    size = taken.size
    for (const write of open) {
      if (!met.has(write.expected)) continue
      taken.add(write)
      met.add(write.etag)
    }
  }
  return [...taken]
}

function nameOf({ state, done }: Configuration, mask = -1n): string {
  return `${(done & mask).toString(36)}|${state === null ? '' : `=${state}`}`
}

interface Event {
  readonly operation: Operation
  readonly begins: boolean
  readonly at: number
}

function eventsOf(operations: readonly Operation[]): Event[] {
  const events: Event[] = operations.flatMap((operation) => {
    const begin = { operation, begins: true, at: operation.invoke }
    if (operation.return === null) return [begin]
    return [begin, { operation, begins: false, at: operation.return }]
  })
  // At the same instant, beginnings come before ends: the operations then overlap, which proves
  // less.
  return events.sort((a, b) => a.at - b.at || Number(b.begins) - Number(a.begins))
}
