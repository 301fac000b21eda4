import type { StoredRecord, Write } from '@tokenward/core/adapter'
import type { Connection } from './connection.ts'
import { expiryOf, fromValue, toValue } from './records.ts'

/** By key. */
type Results = Map<string, boolean>
/** Writes with the cas id of the state that each expects. */
type Ready = Map<Write, string>

/**
 * One batch of conditional writes to one server, over one connection: a cas id from another connection
 * could be from before a restart. A reply other than STORED does not tell whether an earlier attempt or
 * another process stored a record: then the item is read.
 */
export class WriteBatch {
  readonly #connection: Connection
  readonly #prefix: string
  readonly #signal: AbortSignal
  readonly #results: Results = new Map()

  constructor(connection: Connection, prefix: string, signal: AbortSignal) {
    this.#connection = connection
    this.#prefix = prefix
    this.#signal = signal
  }

  async write(writes: readonly Write[]): Promise<Results> {
    const inserts = writes.filter(({ expected }) => expected === null)
    const replacements = writes.filter(({ expected }) => expected !== null)
    await Promise.all([this.#insert(inserts), this.#replace(replacements)])
    return this.#results
  }

  /** Sends each insert once: a record that was stored and evicted meanwhile may have been revoked. */
  async #insert(writes: readonly Write[]): Promise<void> {
    const refused = await this.#send(writes, ({ record }) =>
      this.#connection.add(...this.#item(record), this.#signal),
    )
    const undecided = await this.#decideFromStored(refused)
    if (undecided.size > 0) throw notStored()
  }

  async #replace(writes: readonly Write[]): Promise<void> {
    const cached = this.#fromCache(writes)
    const others = writes.filter((write) => !cached.has(write))
    const ready = new Map([...cached, ...(await this.#decideFromStored(others))])
    const sent = new Map<string, string>()
    // Repeats while other processes change the items in between.
    while (ready.size > 0) {
      const refused = await this.#send([...ready.keys()], (write) => {
        const [key, value, expiry] = this.#item(write.record)
        const cas = ready.get(write) ?? ''
        if (sent.get(key) === cas) throw notStored()
        sent.set(key, cas)
        return this.#connection.replace(key, value, expiry, cas, this.#signal)
      })
      ready.clear()
      for (const [write, cas] of await this.#decideFromStored(refused)) ready.set(write, cas)
    }
  }

  /** @returns the writes that were not stored */
  async #send(
    writes: readonly Write[],
    send: (write: Write) => Promise<boolean>,
  ): Promise<Write[]> {
    // `async`, so that the others are awaited when one throws synchronously.
    const stored = await Promise.all(writes.map(async (write) => send(write)))
    for (const [i, { record }] of writes.entries()) {
      if (stored[i] === true) this.#results.set(record.key, true)
    }
    return writes.filter(({ record }) => !this.#results.has(record.key))
  }

  /** The writes whose items were read lately over this connection, and need no second read. */
  #fromCache(writes: readonly Write[]): Ready {
    const ready: Ready = new Map()
    for (const write of writes) {
      const key = this.#prefix + write.record.key
      const cas = this.#connection.casCache.take(key, write.expected ?? '')
      if (cas !== undefined) ready.set(write, cas)
    }
    return ready
  }

  /** Reads the stored items and sets each result that they decide. @returns the other writes */
  async #decideFromStored(writes: readonly Write[]): Promise<Ready> {
    const ready: Ready = new Map()
    if (writes.length === 0) return ready
    const keys = writes.map(({ record }) => this.#prefix + record.key)
    const items = await this.#connection.gets(keys, this.#signal)
    for (const [i, write] of writes.entries()) {
      const { key } = write.record
      const item = items[i]
      const etag = item ? fromValue(key, item.value).etag : null
      if (etag === write.record.etag) this.#results.set(key, true)
      else if (etag !== write.expected) this.#results.set(key, false)
      else ready.set(write, item?.cas ?? '')
    }
    return ready
  }

  #item(record: StoredRecord): [key: string, value: string, expiry: number] {
    const expiry = expiryOf(record.retainUntil, Date.now(), this.#connection.clockOffsetMs)
    return [this.#prefix + record.key, toValue(record), expiry]
  }
}

function notStored(): Error {
  return new Error('Memcached refused to store a record whose condition holds: is its memory full?')
}
