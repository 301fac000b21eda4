import { StoreUnavailable } from '../errors.ts'
import { afterDeadline, afterThisTurn } from './timeout.ts'

/** One round trip. */
interface Batch<I, O> {
  readonly items: Map<string, I>
  readonly replies: Promise<ReadonlyMap<string, O>>
  readonly send: () => void
  /** The latest deadline of its callers, on the clock of `performance.now()`. */
  until: number
}

export type Send<I, O> = (
  items: ReadonlyMap<string, I>,
  signal: AbortSignal,
) => Promise<ReadonlyMap<string, O>>

const MAX_ITEMS = 256

/**
 * Collects the calls of one turn of the event loop into one round trip. A call that comes after a batch
 * was sent joins the next one: a reply under way may be older than the call.
 */
export class Batcher<I, O> {
  readonly #send: Send<I, O>
  /** Whether equal keys are the same item (reads) or must not share a batch (writes). */
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
    return batch.replies
  }

  /** Removes an item that was not sent yet: its caller has given up. */
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
      replies: promise,
      until: 0,
      send: () => this.#flush(batch).then(resolve, reject),
    }
    // The callers may have given up; a late rejection must not end the process.
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
    const remainingMs = until - performance.now()
    // The thread was blocked until now. All callers have given up, so nothing may be sent any more.
    if (remainingMs <= 0)
      throw new StoreUnavailable(
        'The deadline passed before the store was called: this thread was blocked for too long.',
      )
    const cancel = afterDeadline(remainingMs, () => controller.abort())
    try {
      return await this.#send(items, controller.signal)
    } finally {
      cancel()
    }
  }
}
