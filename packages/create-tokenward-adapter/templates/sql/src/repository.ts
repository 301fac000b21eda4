import { hash } from 'node:crypto'
import {
  assertRetained,
  type Capabilities,
  type Finding,
  Lifecycle,
  type ListPosition,
  type StoredRecord,
  type TokenRepository,
  type Write,
} from '@tokenward/core/adapter'
import { CAPABILITIES } from './capabilities.ts'
import { Client } from './client.ts'
import { etagOf, type Row, toRecord, toValues } from './records.ts'
import { STATEMENTS } from './schema.ts'
import * as sql from './statements.ts'

/** Core gives up after 30 s. */
const OPEN_TIMEOUT_MS = 20_000
const MIGRATE_TIMEOUT_MS = 60_000

/** Does I/O and nothing else: only core knows what a record means. */
export class MyStoreRepository implements TokenRepository {
  readonly name = 'my-store'
  readonly namespace: string
  readonly capabilities: Capabilities = CAPABILITIES
  readonly #place: string
  readonly #lifecycle: Lifecycle<Client>

  constructor(url: string, namespace: string) {
    this.namespace = namespace
    // Hashed, because a namespace can be 1,024 bytes of any characters.
    this.#place = hash('sha256', namespace)
    this.#lifecycle = new Lifecycle<Client>({
      name: this.name,
      connect: () => Client.connect(url),
      inspect: async (client) => {
        // A server that does not answer fails open(). Changes nothing.
        await client.query('SELECT 1', [], AbortSignal.timeout(OPEN_TIMEOUT_MS))
        return []
      },
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
    await this.#lifecycle.session()
    // `IN ()` is not SQL.
    if (keys.length === 0) return []
    const rows = await this.#rows<Row>(sql.read(keys.length), [this.#place, ...keys], signal)
    const records = new Map(rows.map((row) => [row.record_key, toRecord(row)]))
    return keys.map((key) => records.get(key) ?? null)
  }

  /** The entries are independent of each other, so they are sent side by side. */
  async write(writes: readonly Write[], signal: AbortSignal): Promise<readonly boolean[]> {
    const client = await this.#lifecycle.session()
    for (const { record } of writes) assertRetained(record)
    const calls = writes.map((write) => this.#compareAndSet(client, write, signal))
    await Promise.allSettled(calls)
    return Promise.all(calls)
  }

  async list(
    group: string | null,
    after: ListPosition | null,
    limit: number,
    signal: AbortSignal,
  ): Promise<readonly StoredRecord[]> {
    // No record was made at 2^53, so all are after it.
    const { createdAt, key } = after ?? { createdAt: 2 ** 53, key: '' }
    const values = [this.#place, createdAt, key, limit]
    const rows =
      group === null
        ? await this.#rows<Row>(sql.LIST_ALL, values, signal)
        : await this.#rows<Row>(sql.LIST_GROUP, [...values, group], signal)
    return rows.map(toRecord)
  }

  async prune(now: number, limit: number, dryRun: boolean, signal: AbortSignal): Promise<number> {
    const values = [this.#place, now, limit]
    if (dryRun) {
      const rows = await this.#rows<{ count: unknown }>(sql.COUNT_PRUNABLE, values, signal)
      return Number(rows[0]?.count)
    }
    const client = await this.#lifecycle.session()
    const { changed } = await client.query(sql.PRUNE, values, signal)
    return changed
  }

  async migrate(dryRun: boolean): Promise<readonly string[]> {
    const client = await this.#lifecycle.session()
    const signal = AbortSignal.timeout(MIGRATE_TIMEOUT_MS)
    if (!dryRun) for (const statement of STATEMENTS) await client.query(statement, [], signal)
    return STATEMENTS
  }

  close(): Promise<void> {
    return this.#lifecycle.close()
  }

  /**
   * Where INSERT or REPLACE changes no row, another client was faster, or the reply to an earlier attempt
   * was lost: what is stored now decides.
   */
  async #compareAndSet(
    client: Client,
    { record, expected }: Write,
    signal: AbortSignal,
  ): Promise<boolean> {
    const values = toValues(this.#place, record)
    for (let replaced: string | null = expected; ; ) {
      const { changed } =
        replaced === null
          ? await client.query(sql.INSERT, values, signal)
          : await client.query(sql.REPLACE, [...values, replaced], signal)
      if (changed === 1) return true
      const [place, key] = [this.#place, record.key]
      const { rows } = await client.query<{ etag: string }>(sql.STORED_ETAG, [place, key], signal)
      const stored = rows[0]?.etag ?? null
      const etag = stored === null ? null : etagOf(stored)
      if (etag === record.etag) return true
      if (etag !== expected) return false
      replaced = stored
    }
  }

  async #rows<R>(
    text: string,
    values: readonly unknown[],
    signal: AbortSignal,
  ): Promise<readonly R[]> {
    const client = await this.#lifecycle.session()
    return (await client.query<R>(text, values, signal)).rows
  }
}
