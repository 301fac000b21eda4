import {
  assertRetained,
  type Capabilities,
  type Finding,
  Lifecycle,
  type StoredRecord,
  type TokenRepository,
  type Write,
} from '@tokenward/core/adapter'
import { CAPABILITIES } from './capabilities.ts'
import { Client } from './client.ts'
import { WriteBatch } from './commands.ts'
import { withHelp } from './errors.ts'
import { findingsOf } from './findings.ts'
import type { ClientSource } from './options.ts'
import { fromValue } from './records.ts'
import { Ring } from './ring.ts'
import { readSettings } from './settings.ts'

/** Less than core's own time-out, so that the error with the reason comes first. */
const OPEN_TIMEOUT_MS = 25_000

export class MemcachedRepository implements TokenRepository {
  readonly name = 'memcached'
  readonly namespace: string
  readonly capabilities: Capabilities = CAPABILITIES
  readonly #lifecycle: Lifecycle<Ring<Client>>

  constructor(
    source: ClientSource,
    namespace: string,
    ringName?: string,
    openTimeoutMs: number = OPEN_TIMEOUT_MS,
  ) {
    this.namespace = namespace
    this.#lifecycle = new Lifecycle<Ring<Client>>({
      name: this.name,
      async connect() {
        const clients = (await source()).map((driver) => new Client(driver))
        return new Ring(clients, namespace, ringName)
      },
      async inspect({ servers }) {
        const reading = servers.map((client) => readSettings(client, openTimeoutMs))
        return (await Promise.all(reading)).flatMap(findingsOf)
      },
      disconnect({ servers }, closed) {
        for (const client of servers) client.close(closed)
      },
    })
  }

  async open(): Promise<readonly Finding[]> {
    try {
      return await this.#lifecycle.open()
    } catch (error) {
      throw withHelp(error)
    }
  }

  async read(
    keys: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly (StoredRecord | null)[]> {
    const ring = await this.#lifecycle.session()
    const records = new Map<string, StoredRecord>()
    const readFrom = async ([client, some]: [Client, string[]]) => {
      const connection = await client.connection(signal)
      const names = some.map((key) => ring.prefix + key)
      const items = await connection.gets(names, signal)
      for (const [i, key] of some.entries()) {
        const item = items[i]
        if (item === undefined) continue
        const record = fromValue(key, item.value)
        records.set(key, record)
        connection.casCache.set(names[i] ?? '', { etag: record.etag, cas: item.cas })
      }
    }
    await Promise.all([...ring.split(keys, (key) => key)].map(readFrom))
    return keys.map((key) => records.get(key) ?? null)
  }

  async write(writes: readonly Write[], signal: AbortSignal): Promise<readonly boolean[]> {
    const ring = await this.#lifecycle.session()
    for (const { record } of writes) assertRetained(record)
    const writeTo = async ([client, some]: [Client, Write[]]) => {
      const connection = await client.connection(signal)
      return new WriteBatch(connection, ring.prefix, signal).write(some)
    }
    const parts = [...ring.split(writes, ({ record }) => record.key)]
    const results = new Map((await Promise.all(parts.map(writeTo))).flatMap((part) => [...part]))
    return writes.map(({ record }) => results.get(record.key) === true)
  }

  close(): Promise<void> {
    return this.#lifecycle.close()
  }
}
