import {
  assertRetained,
  type Capabilities,
  Closed,
  type Finding,
  InvalidInput,
  ignoreAssumed,
  type ListPosition,
  newestFirst,
  type StoredRecord,
  type StoreOptions,
  type TokenRepository,
  type Write,
} from '@tokenward/core/adapter'
import { CAPABILITIES } from './capabilities.ts'
import { type Access, Client } from './client.ts'
import type { DatabaseLike } from './driver.ts'
import { isBusy, withHelp } from './errors.ts'
import { fileModeFindings } from './file-mode.ts'
import { findingsOf } from './findings.ts'
import { migrate } from './migrate.ts'
import { etagOf, type Row, toRecord, toValues } from './records.ts'
import { retryWhileBusy } from './retry-when-busy.ts'
import { requireSchema } from './schema.ts'
import { fileOf, readSettings } from './settings.ts'
import * as sql from './statements.ts'

// How long these wait for a lock. Core may give up before: it then closes the repository, which ends
// the waiting.
const OPEN_TIMEOUT_MS = 30_000
const MIGRATE_TIMEOUT_MS = 60_000

export class SqliteRepository implements TokenRepository {
  readonly name = 'sqlite'
  readonly namespace: string
  readonly capabilities: Capabilities
  readonly #source: string | DatabaseLike
  readonly #options: Required<StoreOptions>
  #client: Client | null = null

  constructor(source: string | DatabaseLike, options: Required<StoreOptions>) {
    this.namespace = options.namespace
    this.capabilities = { ...CAPABILITIES, ...options.assume }
    this.#source = source
    this.#options = options
  }

  /** Opening is synchronous, so this needs no `Lifecycle` of the adapter kit. */
  async open(): Promise<readonly Finding[]> {
    const wasOpen = this.#client !== null
    try {
      this.#client ??= new Client(this.#source)
      return await retryWhileBusy(() => this.#inspect(), AbortSignal.timeout(OPEN_TIMEOUT_MS))
    } catch (error) {
      if (!wasOpen) await this.close()
      throw withHelp(error)
    }
  }

  read(keys: readonly string[], signal: AbortSignal): Promise<readonly (StoredRecord | null)[]> {
    return this.#attempt('read', signal, (client) => {
      const rows = this.#read(client, keys)
      const records = new Map(rows.map((row) => [row.key, toRecord(row)]))
      return keys.map((key) => records.get(key) ?? null)
    })
  }

  write(writes: readonly Write[], signal: AbortSignal): Promise<readonly boolean[]> {
    return this.#transaction('write', signal, (client) => {
      // Checked after any wait for the lock, at the instant of storing.
      for (const { record } of writes) assertRetained(record)
      return writes.map((write) => this.#compareAndSet(client, write))
    })
  }

  list(
    group: string | null,
    after: ListPosition | null,
    limit: number,
    signal: AbortSignal,
  ): Promise<readonly StoredRecord[]> {
    return this.#transaction('read', signal, (client) => {
      // No record is sorted by 2^53, so all are after it.
      const { createdAt, key } = after ?? { createdAt: 2 ** 53, key: '' }
      const place = [this.namespace, createdAt, key]
      const rows =
        group === null
          ? client.rows<Row>(sql.LIST_ALL, ...place, limit)
          : sql.LIST_GROUP.flatMap((text) => client.rows<Row>(text, ...place, group, group, limit))
      // Once, where an edited record has the group in two places.
      const found = new Map(rows.map((row) => [row.key, toRecord(row)]))
      return [...found.values()].sort(newestFirst).slice(0, limit)
    })
  }

  prune(now: number, limit: number, dryRun: boolean, signal: AbortSignal): Promise<number> {
    return this.#transaction(dryRun ? 'read' : 'write', signal, (client) => {
      const values = [this.namespace, now, limit]
      if (!dryRun) return client.run(sql.PRUNE, ...values)
      return client.rows<{ count: number }>(sql.COUNT_PRUNABLE, ...values)[0]?.count ?? 0
    })
  }

  migrate(dryRun: boolean): Promise<readonly string[]> {
    const signal = AbortSignal.timeout(MIGRATE_TIMEOUT_MS)
    return retryWhileBusy(() => migrate(this.#opened(), dryRun), signal)
  }

  async close(): Promise<void> {
    const client = this.#client
    this.#client = null
    client?.close()
  }

  #inspect(): Finding[] {
    const client = this.#opened()
    const file = fileOf(client)
    if (file === '') {
      throw new InvalidInput(
        'database',
        'is in memory or temporary, so it keeps no records and no other process sees it: give the name of a file, or use @tokenward/memory',
      )
    }
    client.applySafePragmas()
    const settings = readSettings(client)
    const findings = [...findingsOf(settings), ...fileModeFindings(file, settings.platform)]
    return findings.map((finding) => ignoreAssumed(finding, this.#options.assume))
  }

  /** Checks the schema in the same transaction: another process may migrate the file at any time. */
  #transaction<T>(access: Access, signal: AbortSignal, work: (client: Client) => T): Promise<T> {
    return this.#attempt(access, signal, (client) => {
      requireSchema(client)
      return work(client)
    })
  }

  #attempt<T>(access: Access, signal: AbortSignal, work: (client: Client) => T): Promise<T> {
    const attempt = () => {
      const client = this.#opened()
      return client.transaction(access, () => work(client))
    }
    return retryWhileBusy(attempt, signal)
  }

  /** READ itself checks the schema: where it is another one, READ finds nothing or fails. */
  #read(client: Client, keys: readonly string[]): Row[] {
    let rows: Row[]
    try {
      rows = client.rows<Row>(sql.READ, JSON.stringify(keys), this.namespace)
    } catch (error) {
      if (!isBusy(error)) requireSchema(client)
      throw error
    }
    if (rows.length === 0) requireSchema(client)
    return rows
  }

  #opened(): Client {
    if (this.#client) return this.#client
    throw new Closed('The sqlite repository is not open: call open() first')
  }

  #compareAndSet(client: Client, { record, expected }: Write): boolean {
    const { key } = record
    const fixed = [this.namespace, key, record.createdAt, JSON.stringify(record.groups)]
    const insert = () => client.run(sql.INSERT, ...toValues(record), ...fixed) === 1
    if (expected === null) {
      if (insert()) return true
    } else if (client.run(sql.REPLACE, ...toValues(record), ...fixed, expected) === 1) return true
    const [stored] = client.rows<{ etag: unknown }>(sql.STORED_ETAG, this.namespace, key)
    if (stored === undefined) return false
    const etag = etagOf(stored.etag)
    // An earlier attempt of this same write may have succeeded, and its reply was lost.
    if (etag === record.etag) return true
    if (etag !== expected) return false
    // The stored record is corrupt: its etag, its instant or its groups are not those of a record.
    client.run(sql.REMOVE, this.namespace, key)
    return insert()
  }
}
