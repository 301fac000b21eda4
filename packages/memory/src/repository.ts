import {
  assertRetained,
  type Capabilities,
  Closed,
  type Finding,
  type ListPosition,
  newestFirst,
  type StoredRecord,
  type TokenRepository,
  type Write,
} from '@tokenward/core/adapter'
import { CAPABILITIES } from './capabilities.ts'
import { frozenCopy, type MemoryRecords, toRecord } from './records.ts'

/** Each method works without an `await` in between: this makes it atomic. */
export class MemoryRepository implements TokenRepository {
  readonly name = 'memory'
  readonly namespace: string
  readonly capabilities: Capabilities = CAPABILITIES
  readonly #store: MemoryRecords
  #isOpen = false

  constructor(namespace: string, store: MemoryRecords) {
    this.namespace = namespace
    this.#store = store
  }

  async open(): Promise<readonly Finding[]> {
    this.#isOpen = true
    return [] // There are no settings.
  }

  async read(
    keys: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly (StoredRecord | null)[]> {
    const records = this.#records(signal)
    return keys.map((key) => toRecord(key, records.get(key)))
  }

  async write(writes: readonly Write[], signal: AbortSignal): Promise<readonly boolean[]> {
    const records = this.#records(signal)
    // All of them first: a rejected call must change nothing.
    for (const { record } of writes) assertRetained(record)
    return writes.map((write) => compareAndSet(records, write))
  }

  async list(
    group: string | null,
    after: ListPosition | null,
    limit: number,
    signal: AbortSignal,
  ): Promise<readonly StoredRecord[]> {
    return recordsIn(this.#records(signal))
      .filter((record) => group === null || record.groups.includes(group))
      .filter((record) => after === null || newestFirst(after, record) < 0)
      .sort(newestFirst)
      .slice(0, limit)
  }

  async prune(now: number, limit: number, dryRun: boolean, signal: AbortSignal): Promise<number> {
    const records = this.#records(signal)
    const past = recordsIn(records)
      .filter(({ kind, retainUntil }) => kind !== 'corrupt' && retainUntil <= now)
      .slice(0, limit)
    if (!dryRun) for (const { key } of past) records.delete(key)
    return past.length
  }

  async close(): Promise<void> {
    this.#isOpen = false
  }

  /** Looked up in every call: `records.clear()` then empties the store for all that share it. */
  #records(signal: AbortSignal): Map<string, StoredRecord> {
    signal.throwIfAborted()
    if (!this.#isOpen) throw new Closed('The memory repository is not open: call open() first')
    const records = this.#store.get(this.namespace) ?? new Map<string, StoredRecord>()
    this.#store.set(this.namespace, records)
    return records
  }
}

function recordsIn(records: Map<string, StoredRecord>): StoredRecord[] {
  return [...records].flatMap(([key, stored]) => toRecord(key, stored) ?? [])
}

function compareAndSet(records: Map<string, StoredRecord>, { record, expected }: Write): boolean {
  const etag = toRecord(record.key, records.get(record.key))?.etag ?? null
  // An earlier attempt of this same write succeeded, and its reply was lost.
  if (etag === record.etag) return true
  if (etag !== expected) return false
  records.set(record.key, frozenCopy(record))
  return true
}
