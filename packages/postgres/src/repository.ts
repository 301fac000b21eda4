import {
  assertRetained,
  type Capabilities,
  type Finding,
  ignoreAssumed,
  Lifecycle,
  type ListPosition,
  newestFirst,
  type StoredRecord,
  type StoreOptions,
  type TokenRepository,
  type Write,
} from '@tokenward/core/adapter'
import { capabilitiesOf } from './capabilities.ts'
import { Client } from './client.ts'
import type { CallerDatabase } from './drivers/make-driver.ts'
import { withHelp } from './errors.ts'
import { findingsOf } from './findings.ts'
import { migrate } from './migrate.ts'
import { ChangeFeed } from './notifications.ts'
import { type Row, toJson, toRecords } from './records.ts'
import { requireSchema } from './schema.ts'
import { readSettings } from './settings.ts'
import * as sql from './statements.ts'

/** From `open()` to `close()`. */
interface Session {
  readonly client: Client
  readonly feed: ChangeFeed
}

export class PostgresRepository implements TokenRepository {
  readonly name = 'postgres'
  readonly namespace: string
  readonly capabilities: Capabilities
  /** Only where the driver can listen. */
  readonly watch?: NonNullable<TokenRepository['watch']>
  readonly #lifecycle: Lifecycle<Session>

  constructor(database: string | CallerDatabase, { namespace, assume }: Required<StoreOptions>) {
    this.namespace = namespace
    this.capabilities = { ...capabilitiesOf(database), ...assume }
    this.#lifecycle = new Lifecycle<Session>({
      name: this.name,
      async connect(closing) {
        const client = await Client.open(database)
        return { client, feed: new ChangeFeed(client, namespace, closing) }
      },
      async inspect({ client }) {
        const settings = await readSettings(client)
        if (settings.isPooled) client.disablePreparedStatements()
        return findingsOf(settings).map((finding) => ignoreAssumed(finding, assume))
      },
      disconnect: ({ client }, closed) => client.close(closed),
    })
    if (this.capabilities.notifications) this.watch = (changed) => this.#watch(changed)
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
    const found = await this.#records(sql.READ, [this.namespace, keys.join()], signal)
    const records = new Map(found.map((record) => [record.key, record]))
    return keys.map((key) => records.get(key) ?? null)
  }

  async write(writes: readonly Write[], signal: AbortSignal): Promise<readonly boolean[]> {
    const { feed } = await this.#lifecycle.session()
    const results = new Map<string, boolean>()
    for (let pending = writes; pending.length > 0; ) {
      for (const { record } of pending) assertRetained(record)
      const values = [this.namespace, toJson(pending), feed.channel, feed.lock]
      const rows = await this.#rows<{ key: string; done: boolean | null }>(
        sql.WRITE,
        values,
        signal,
      )
      for (const { key, done } of rows) if (done !== null) results.set(key, done)
      // A concurrent change came between: the next snapshot has it.
      pending = pending.filter(({ record }) => !results.has(record.key))
    }
    return writes.map(({ record }) => results.get(record.key) === true)
  }

  async list(
    group: string | null,
    after: ListPosition | null,
    limit: number,
    signal: AbortSignal,
  ): Promise<readonly StoredRecord[]> {
    // No record is sorted by 2^53, so all are after it.
    const { createdAt, key } = after ?? { createdAt: 2 ** 53, key: '' }
    const page = [this.namespace, createdAt, key, limit]
    const records =
      group === null
        ? await this.#records(sql.LIST_ALL, page, signal)
        : await this.#records(sql.LIST_GROUP, [...page, group], signal)
    return records.sort(newestFirst) // The join of the page with the check keeps no order.
  }

  async prune(now: number, limit: number, dryRun: boolean, signal: AbortSignal): Promise<number> {
    const statement = dryRun ? sql.COUNT_PRUNABLE : sql.PRUNE
    const values = [this.namespace, now, limit]
    const rows = await this.#rows<{ count: string }>(statement, values, signal)
    return Number(rows[0]?.count)
  }

  async migrate(dryRun: boolean): Promise<readonly string[]> {
    const { client } = await this.#lifecycle.session()
    return migrate(client, dryRun)
  }

  close(): Promise<void> {
    return this.#lifecycle.close()
  }

  async #watch(changed: (key: string) => void): Promise<() => Promise<void>> {
    const { feed } = await this.#lifecycle.session()
    return feed.subscribe(changed)
  }

  async #records(
    statement: sql.Statement,
    values: readonly unknown[],
    signal: AbortSignal,
  ): Promise<StoredRecord[]> {
    return toRecords(await this.#rows<Row>(statement, values, signal))
  }

  /** Every statement returns a row, unless the schema is another one or the server is a replica. */
  async #rows<T>(
    statement: sql.Statement,
    values: readonly unknown[],
    signal: AbortSignal,
  ): Promise<T[]> {
    const { client } = await this.#lifecycle.session()
    const rows = await client.query<T>(statement, values, signal)
    if (rows.length > 0) return rows
    const [schema] = await client.query<{ version: number }>(sql.SCHEMA_VERSION, [], signal)
    requireSchema(schema?.version ?? 0)
    throw new Error('Postgres: this is a replica, or was one: give the address of the primary.')
  }
}
