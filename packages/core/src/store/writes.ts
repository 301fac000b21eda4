import type { Write } from '../adapter/contract.ts'
import { isTokenwardError, WriteIndeterminate } from '../errors.ts'
import { assertReadable } from '../records/readable.ts'
import { Batcher } from './batcher.ts'
import type { Deadline } from './deadline.ts'
import type { Store } from './store.ts'
import { fault } from './validate-reply.ts'

const MAX_ITEMS = 256

const writesOfStores = new WeakMap<Store, Writes>()

/** The writes of a store. */
export function writesOf(store: Store): Writes {
  const writes = writesOfStores.get(store) ?? new Writes(store)
  writesOfStores.set(store, writes)
  return writes
}

/** Sends the writes of one turn of the event loop together, and knows which of them may have happened. */
class Writes {
  readonly #batches: Batcher<Write, boolean>
  /** Those that were passed to the adapter. */
  readonly #sent = new WeakSet<Write>()

  constructor(store: Store) {
    const { repository, pending, perOperation } = store
    this.#batches = new Batcher(pending, {
      send: async (items, signal, waiting) => {
        const keys = [...items.keys()].sort()
        const writes = keys.map((key) => items.get(key) as Write)
        for (const write of writes) this.#sent.add(write)
        const request = async () => checkWritten(keys, await repository.write(writes, signal))
        return store.request('write', waiting, request, keys.length)
      },
      coalesce: false,
      maxItems: MAX_ITEMS,
      perOperation,
    })
  }

  /**
   * @returns whether the record is stored
   * @throws `TOKENWARD_WRITE_INDETERMINATE`: it was sent and may have happened
   * @throws `TOKENWARD_STORE_UNAVAILABLE`, `TOKENWARD_CLOSED`: it was not sent
   */
  async write(write: Write, deadline: Deadline): Promise<boolean> {
    assertReadable(write.record)
    const { key } = write.record
    try {
      return (await this.#batches.add([key], write, deadline)).get(key) === true
    } catch (error) {
      // A busy thread could still send it, after its caller has repeated the call.
      this.#batches.withdraw(key, write)
      throw this.#sent.has(write) && !isDefinite(error) ? indeterminate(error) : error
    }
  }
}

/** A reply of an adapter is validated before it is used. */
function checkWritten(
  keys: readonly string[],
  reply: readonly boolean[],
): ReadonlyMap<string, boolean> {
  const isComplete = Array.isArray(reply) && reply.length === keys.length
  if (!isComplete || reply.some((stored) => typeof stored !== 'boolean')) {
    throw fault('write', 'true or false per write')
  }
  return new Map(keys.map((key, i) => [key, reply[i] === true]))
}

/** The adapter refused the write, for example because the schema is missing: nothing was written. */
function isDefinite(error: unknown): boolean {
  if (!isTokenwardError(error) || error.retryable) return false
  // To close an adapter may have aborted a write that was under way.
  return error.code !== 'TOKENWARD_CLOSED'
}

function indeterminate(cause: unknown): WriteIndeterminate {
  return new WriteIndeterminate('The write may have happened: repeat the call.', cause)
}
