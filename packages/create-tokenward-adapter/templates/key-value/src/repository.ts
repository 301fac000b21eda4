import { hash } from 'node:crypto'
import {
  AdapterFault,
  assertRetained,
  type Capabilities,
  type Finding,
  Lifecycle,
  type StoredRecord,
  type TokenRepository,
  type Write,
} from '@tokenward/core/adapter'
import { CAPABILITIES } from './capabilities.ts'
import { Client, type Stored } from './client.ts'
import { toRecord, toStored } from './records.ts'

/** Core gives up after 30 s. */
const OPEN_TIMEOUT_MS = 20_000

/** Does I/O and nothing else: only core knows what a record means. */
export class MyStoreRepository implements TokenRepository {
  readonly name = 'my-store'
  readonly namespace: string
  readonly capabilities: Capabilities = CAPABILITIES
  readonly #prefix: string
  readonly #lifecycle: Lifecycle<Client>

  constructor(url: string, namespace: string) {
    this.namespace = namespace
    // Hashed, because a namespace can be 1,024 bytes of any characters.
    this.#prefix = `tokenward:${hash('sha256', namespace).slice(0, 32)}:`
    this.#lifecycle = new Lifecycle<Client>({
      name: this.name,
      connect: () => Client.connect(url),
      inspect: (client) => this.#inspect(client),
      disconnect: (client, closed) => client.close(closed),
    })
  }

  open(): Promise<readonly Finding[]> {
    return this.#lifecycle.open()
  }

  async read(
    keys: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly (StoredRecord | null)[]> {
    const client = await this.#lifecycle.session()
    const stored = await this.#getAll(client, keys, signal)
    return keys.map((key, i) => {
      const found = stored[i]
      return found ? toRecord(key, found.text) : null
    })
  }

  /** The entries are independent of each other, so they are sent side by side. */
  async write(writes: readonly Write[], signal: AbortSignal): Promise<readonly boolean[]> {
    const client = await this.#lifecycle.session()
    for (const { record } of writes) assertRetained(record)
    const keys = writes.map(({ record }) => record.key)
    const stored = await this.#getAll(client, keys, signal)
    const calls = writes.map((write, i) =>
      this.#compareAndSet(client, write, stored[i] ?? null, signal),
    )
    await Promise.allSettled(calls)
    return Promise.all(calls)
  }

  close(): Promise<void> {
    return this.#lifecycle.close()
  }

  /**
   * Where insert() or replace() returns false, another client was faster, or the reply to an earlier
   * attempt was lost: what is stored now decides.
   */
  async #compareAndSet(
    client: Client,
    { record, expected }: Write,
    first: Stored | null,
    signal: AbortSignal,
  ): Promise<boolean> {
    const name = this.#prefix + record.key
    const text = toStored(record)
    for (let stored = first; ; [stored = null] = await this.#getAll(client, [record.key], signal)) {
      const etag = stored === null ? null : toRecord(record.key, stored.text).etag
      if (etag === record.etag) return true
      if (etag !== expected) return false
      const isStored =
        stored === null
          ? await client.insert(name, text, signal)
          : await client.replace(name, stored, text, signal)
      if (isStored) return true
    }
  }

  async #getAll(
    client: Client,
    keys: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly (Stored | null)[]> {
    // Drivers reject a command without names.
    if (keys.length === 0) return []
    const names = keys.map((key) => this.#prefix + key)
    const stored = await client.getAll(names, signal)
    if (stored.length === keys.length) return stored
    throw new AdapterFault(`getAll() returned ${stored.length} results for ${keys.length} names`)
  }

  /** Reads one name, so that a server that does not answer fails open(). Changes nothing. */
  async #inspect(client: Client): Promise<readonly Finding[]> {
    await client.getAll([`${this.#prefix}root`], AbortSignal.timeout(OPEN_TIMEOUT_MS))
    return []
  }
}
