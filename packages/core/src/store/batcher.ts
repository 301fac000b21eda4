import { StoreUnavailable } from '../errors.ts'
import { afterDeadline, afterThisTurn } from './timeout.ts'

/** One round trip: keys, what is asked of each, and the latest instant at which anybody waits. */
interface Batch<I, O> {
  readonly items: Map<string, I>
  readonly answers: Promise<ReadonlyMap<string, O>>
  readonly send: () => void
  until: number
}

export type Send<I, O> = (
  items: ReadonlyMap<string, I>,
  signal: AbortSignal,
) => Promise<ReadonlyMap<string, O>>

const MAX_ITEMS = 256

/**
 * Collects what one turn of the event loop asks into one round trip. Whoever comes after a batch
 * was sent waits for the next: an answer under way may be older than the question.
 */
export class Batcher<I, O> {
  readonly #send: Send<I, O>
  /** Whether equal keys ask the same (reads) or must not meet in one batch (writes). */
  readonly #coalesce: boolean
  #open: Batch<I, O>[] = []

  constructor(send: Send<I, O>, options: { readonly coalesce: boolean }) {
    this.#send = send
    this.#coalesce = options.coalesce
  }

  /** @param until on the clock of `performance.now()` */
  add(items: readonly (readonly [string, I])[], until: number): Promise<ReadonlyMap<string, O>> {
    const batch = this.#open.find((open) => this.#fits(open, items)) ?? this.#start()
    for (const [key, item] of items) batch.items.set(key, item)
    batch.until = Math.max(batch.until, until)
    return batch.answers
  }

  /** Takes back what was not sent yet: nobody waits for it any more. */
  withdraw(key: string, item: I): void {
    for (const { items } of this.#open) if (items.get(key) === item) items.delete(key)
  }

  #fits({ items }: Batch<I, O>, more: readonly (readonly [string, I])[]): boolean {
    if (items.size + more.length > MAX_ITEMS) return false
    return this.#coalesce || more.every(([key]) => !items.has(key))
  }

  #start(): Batch<I, O> {
    const { promise, resolve, reject } = Promise.withResolvers<ReadonlyMap<string, O>>()
    const batch: Batch<I, O> = {
      items: new Map(),
      answers: promise,
      until: 0,
      send: () => this.#flush(batch).then(resolve, reject),
    }
    // Whoever asked may have stopped waiting; a late rejection must not end the process.
    promise.catch(() => undefined)
    if (this.#open.push(batch) === 1) afterThisTurn(() => this.#sendAll())
    return batch
  }

  #sendAll(): void {
    const open = this.#open
    this.#open = []
    for (const batch of open) if (batch.items.size > 0) batch.send()
  }

  async #flush({ items, until }: Batch<I, O>): Promise<ReadonlyMap<string, O>> {
    const controller = new AbortController()
    const left = until - performance.now()
    // The thread was busy until now: what is sent too late would be a surprise to its caller.
    if (left <= 0) throw new StoreUnavailable('The deadline passed before the store was asked.')
    const cancel = afterDeadline(left, () => controller.abort())
    try {
      return await this.#send(items, controller.signal)
    } finally {
      cancel()
    }
  }
}
