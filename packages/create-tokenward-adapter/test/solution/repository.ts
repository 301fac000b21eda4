import {
  assertRetained,
  type Capabilities,
  Closed,
  type Finding,
  type StoredRecord,
  type TokenRepository,
  type Write,
} from '@tokenward/core/adapter'
import { CAPABILITIES } from './capabilities.ts'
import { toRecord, toStored } from './records.ts'

/** The stored values by URL and namespace: a stand-in for a server. */
const servers = new Map<string, Map<string, string>>()

/** Does I/O and nothing else: only core knows what a record means. */
export class KvRepository implements TokenRepository {
  readonly name = 'kv'
  readonly namespace: string
  readonly capabilities: Capabilities = CAPABILITIES
  readonly #url: string
  #isOpen = false

  constructor(url: string, namespace: string) {
    this.#url = url
    this.namespace = namespace
  }

  async open(): Promise<readonly Finding[]> {
    this.#isOpen = true
    return []
  }

  async read(
    keys: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly (StoredRecord | null)[]> {
    const values = this.#values(signal)
    return keys.map((key) => {
      const stored = values.get(key)
      return stored === undefined ? null : toRecord(key, stored)
    })
  }

  async write(writes: readonly Write[], signal: AbortSignal): Promise<readonly boolean[]> {
    const values = this.#values(signal)
    for (const { record } of writes) assertRetained(record)
    return writes.map((write) => compareAndSet(values, write))
  }

  async close(): Promise<void> {
    this.#isOpen = false
  }

  #values(signal: AbortSignal): Map<string, string> {
    signal.throwIfAborted()
    if (!this.#isOpen) throw new Closed('The kv repository is not open: call open() first')
    const place = JSON.stringify([this.#url, this.namespace])
    const values = servers.get(place) ?? new Map<string, string>()
    servers.set(place, values)
    return values
  }
}

/** Atomic, because it has no `await`. */
function compareAndSet(values: Map<string, string>, { record, expected }: Write): boolean {
  const stored = values.get(record.key)
  const etag = stored === undefined ? null : toRecord(record.key, stored).etag
  if (etag === record.etag) return true
  if (etag !== expected) return false
  values.set(record.key, toStored(record))
  return true
}
