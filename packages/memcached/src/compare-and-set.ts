import type { StoredRecord, Write } from '@tokenward/core/adapter'
import type { Connection } from './connection.ts'
import { expiryOf, fromValue, toValue } from './records.ts'

type Answers = Map<string, boolean>
/** Writes, with the cas id of the state that each expects. */
type Ready = Map<Write, string>

/**
 * One batch for one server, over one connection: a cas id that another one told could be another
 * server start's. What Memcached did not store it may have stored before, or somebody else has: any
 * answer but STORED says only that it is to be looked at.
 */
export class Batch {
  readonly #connection: Connection
  readonly #prefix: string
  readonly #signal: AbortSignal
  readonly #answers: Answers = new Map()

  constructor(connection: Connection, prefix: string, signal: AbortSignal) {
    this.#connection = connection
    this.#prefix = prefix
    this.#signal = signal
  }

  async write(writes: readonly Write[]): Promise<Answers> {
    const inserts = writes.filter(({ expected }) => expected === null)
    const replacements = writes.filter(({ expected }) => expected !== null)
    await Promise.all([this.#insert(inserts), this.#replace(replacements)])
    return this.#answers
  }

  /** Never a second time: what was there, and went, may have been revoked. */
  async #insert(writes: readonly Write[]): Promise<void> {
    const refused = await this.#attempt(writes, ({ record }) =>
      this.#connection.add(...this.#stored(record), this.#signal),
    )
    const undecided = await this.#look(refused)
    if (undecided.size > 0) throw notStored()
  }

  async #replace(writes: readonly Write[]): Promise<void> {
    const known = this.#recall(writes)
    const unknown = writes.filter((write) => !known.has(write))
    const ready = new Map([...known, ...(await this.#look(unknown))])
    const tried = new Map<string, string>()
    // As long as somebody else's change comes between.
    while (ready.size > 0) {
      const refused = await this.#attempt([...ready.keys()], (write) => {
        const [key, value, expiry] = this.#stored(write.record)
        const cas = ready.get(write) ?? ''
        if (tried.get(key) === cas) throw notStored()
        tried.set(key, cas)
        return this.#connection.replace(key, value, expiry, cas, this.#signal)
      })
      ready.clear()
      for (const [write, cas] of await this.#look(refused)) ready.set(write, cas)
    }
  }

  /** @returns those that were not stored */
  async #attempt(
    writes: readonly Write[],
    send: (write: Write) => Promise<boolean>,
  ): Promise<Write[]> {
    // One that throws leaves the others to be waited for.
    const stored = await Promise.all(writes.map(async (write) => send(write)))
    for (const [i, { record }] of writes.entries()) {
      if (stored[i] === true) this.#answers.set(record.key, true)
    }
    return writes.filter(({ record }) => !this.#answers.has(record.key))
  }

  /** What was read lately over this connection needs no second look. */
  #recall(writes: readonly Write[]): Ready {
    const ready: Ready = new Map()
    for (const write of writes) {
      const key = this.#prefix + write.record.key
      const cas = this.#connection.versions.take(key, write.expected ?? '')
      if (cas !== undefined) ready.set(write, cas)
    }
    return ready
  }

  /** Answers what can be answered by what stands there now. @returns the others */
  async #look(writes: readonly Write[]): Promise<Ready> {
    const ready: Ready = new Map()
    if (writes.length === 0) return ready
    const keys = writes.map(({ record }) => this.#prefix + record.key)
    const items = await this.#connection.gets(keys, this.#signal)
    for (const [i, write] of writes.entries()) {
      const { key } = write.record
      const item = items.get(keys[i] ?? '')
      const etag = item ? fromValue(key, item.value).etag : null
      if (etag === write.record.etag) this.#answers.set(key, true)
      else if (etag !== write.expected) this.#answers.set(key, false)
      else ready.set(write, item?.cas ?? '')
    }
    return ready
  }

  #stored(record: StoredRecord): [key: string, value: string, expiry: number] {
    const expiry = expiryOf(record.retainUntil, Date.now(), this.#connection.ahead)
    return [this.#prefix + record.key, toValue(record), expiry]
  }
}

function notStored(): Error {
  return new Error('Memcached did not store what it could have stored: is its memory full?')
}
