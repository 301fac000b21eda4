import { StoreUnavailable } from '../errors.ts'
import type { Deadline } from './deadline.ts'
import type { PendingCalls } from './pending-calls.ts'
import type { PendingReply } from './pending-reply.ts'
import { afterThisTurn } from './timeout.ts'

/** One round trip. */
interface Batch<I, O> {
  readonly items: Map<string, I>
  readonly reply: PendingReply<ReadonlyMap<string, O>>
  readonly signal: AbortSignal
  /** The operation that it belongs to; `null`: to all. */
  readonly owner: Deadline | null
}

export interface BatcherOptions<I, O> {
  readonly send: (
    items: Map<string, I>,
    signal: AbortSignal,
    waiting: Pick<PendingReply<unknown>, 'deadlines'>,
  ) => Promise<ReadonlyMap<string, O>>
  /** Whether equal keys are the same item (reads) or must not share a batch (writes). */
  readonly coalesce: boolean
  readonly maxItems: number
  /** Whether calls with different deadlines, which are of different operations, never share a batch. */
  readonly perOperation: boolean
}

/**
 * Collects the calls of one turn of the event loop into one round trip. A call that comes after a batch
 * was sent joins the next one: a reply under way may be older than the call.
 */
export class Batcher<I, O> {
  readonly #pending: PendingCalls
  readonly #options: BatcherOptions<I, O>
  #open: Batch<I, O>[] = []

  constructor(pending: PendingCalls, options: BatcherOptions<I, O>) {
    this.#pending = pending
    this.#options = options
  }

  /** @returns the replies to all items of the batch */
  add(keys: readonly string[], item: I, deadline: Deadline): Promise<ReadonlyMap<string, O>> {
    const owner = this.#options.perOperation ? deadline : null
    const batch = this.#open.find((each) => this.#fits(each, keys, owner)) ?? this.#start(owner)
    for (const key of keys) batch.items.set(key, item)
    return batch.reply.wait(deadline)
  }

  /** Removes an item that was not sent yet: its caller has given up. */
  withdraw(key: string, item: I): void {
    for (const { items } of this.#open) if (items.get(key) === item) items.delete(key)
  }

  #fits(batch: Batch<I, O>, keys: readonly string[], owner: Deadline | null): boolean {
    const { items } = batch
    const { coalesce, maxItems } = this.#options
    if (batch.owner !== owner) return false
    if (coalesce && items.size + keys.length <= maxItems) return true
    const added = keys.filter((key) => !items.has(key)).length
    return items.size + added <= maxItems && (coalesce || added === keys.length)
  }

  #start(owner: Deadline | null): Batch<I, O> {
    const controller = new AbortController()
    const reply = this.#pending.open<ReadonlyMap<string, O>>(() => controller.abort())
    const batch = { items: new Map<string, I>(), reply, signal: controller.signal, owner }
    // On some hosts what one request has scheduled must not do I/O for another.
    const isFirst = this.#open.every((each) => each.owner !== owner)
    this.#open.push(batch)
    if (isFirst) afterThisTurn(() => this.#sendAll(owner))
    return batch
  }

  #sendAll(owner: Deadline | null): void {
    const due = this.#open.filter((each) => each.owner === owner)
    this.#open = this.#open.filter((each) => each.owner !== owner)
    for (const batch of due) void this.#pending.send(batch.reply, () => this.#sendBatch(batch))
  }

  async #sendBatch({ items, reply, signal }: Batch<I, O>): Promise<ReadonlyMap<string, O>> {
    // The thread was blocked until now. All callers give up, so nothing may be sent any more.
    if (reply.until <= performance.now())
      throw new StoreUnavailable(
        'The deadline passed before the store was called: this thread was blocked for too long.',
      )
    return this.#options.send(items, signal, reply)
  }
}
