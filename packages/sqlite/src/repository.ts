import type {
  Capabilities,
  Finding,
  StoredRecord,
  TokenRepository,
  Write,
} from '@tokenward/core/adapter'
import { Closed, InvalidInput, ignoreAssumed } from '@tokenward/core/adapter'
import { CAPABILITIES, findingsOf } from './capabilities.ts'
import { type Access, Connection, type DatabaseSyncLike } from './client.ts'
import { whenFree } from './contention.ts'
import { explained } from './faults.ts'
import { fileModeFindings } from './file-mode.ts'
import { assertRetained, etagOf, type Row, toRecord, toValues } from './records.ts'
import { pendingStatements, requireSchema } from './schema.ts'
import * as sql from './statements.ts'

// How long these wait for a lock where the caller does not give up before: core does, and closes the
// repository, which ends the waiting.
const OPEN_TIMEOUT_MS = 30_000
const MIGRATE_TIMEOUT_MS = 60_000

export class SqliteRepository implements TokenRepository {
  readonly name = 'sqlite'
  readonly namespace: string
  readonly capabilities: Capabilities
  readonly #source: string | DatabaseSyncLike
  readonly #assumed: Partial<Capabilities>
  #connection: Connection | null = null

  constructor(
    source: string | DatabaseSyncLike,
    namespace: string,
    assumed: Partial<Capabilities>,
  ) {
    this.namespace = namespace
    this.capabilities = { ...CAPABILITIES, ...assumed }
    this.#source = source
    this.#assumed = assumed
  }

  async open(): Promise<readonly Finding[]> {
    const wasOpen = this.#connection !== null
    try {
      this.#connection ??= new Connection(this.#source)
      return await whenFree(() => this.#inspect(), AbortSignal.timeout(OPEN_TIMEOUT_MS))
    } catch (error) {
      if (!wasOpen) await this.close()
      throw explained(error)
    }
  }

  read(keys: readonly string[], signal: AbortSignal): Promise<readonly (StoredRecord | null)[]> {
    return this.#transaction('read', signal, (connection) => {
      const rows = connection.rows<Row>(sql.READ, JSON.stringify(keys), this.namespace)
      const records = new Map(rows.map((row) => [row.key, toRecord(row)]))
      return keys.map((key) => records.get(key) ?? null)
    })
  }

  write(writes: readonly Write[], signal: AbortSignal): Promise<readonly boolean[]> {
    return this.#transaction('write', signal, (connection) => {
      // Judged here, after any wait for the lock: at the instant of storing.
      for (const { record } of writes) assertRetained(record)
      return writes.map((write) => this.#compareAndSet(connection, write))
    })
  }

  list(
    group: string | null,
    after: string | null,
    limit: number,
    signal: AbortSignal,
  ): Promise<readonly StoredRecord[]> {
    return this.#transaction('read', signal, (connection) => {
      const from = after ?? '' // Before every key.
      const rows =
        group === null
          ? connection.rows<Row>(sql.LIST_ALL, this.namespace, from, limit)
          : connection.rows<Row>(sql.LIST_GROUP, this.namespace, group, from, limit)
      return rows.map(toRecord)
    })
  }

  prune(now: number, limit: number, dryRun: boolean, signal: AbortSignal): Promise<number> {
    return this.#transaction(dryRun ? 'read' : 'write', signal, (connection) => {
      const past = [this.namespace, now, limit]
      if (!dryRun) return connection.run(sql.PRUNE, ...past)
      return connection.rows<{ count: number }>(sql.COUNT_PRUNABLE, ...past)[0]?.count ?? 0
    })
  }

  migrate(dryRun: boolean): Promise<readonly string[]> {
    const migration = () => {
      const connection = this.#connected()
      return connection.transaction(dryRun ? 'read' : 'write', () => {
        const statements = pendingStatements(connection)
        if (!dryRun) for (const statement of statements) connection.run(statement)
        return statements
      })
    }
    return whenFree(migration, AbortSignal.timeout(MIGRATE_TIMEOUT_MS))
  }

  async close(): Promise<void> {
    const connection = this.#connection
    this.#connection = null
    connection?.close()
  }

  #inspect(): Finding[] {
    const connection = this.#connected()
    const file = connection.fileName()
    if (file === '') {
      throw new InvalidInput(
        'database',
        'a database in memory or a temporary one keeps nothing and is shared with nobody: give the name of a file, or use @tokenward/memory',
      )
    }
    connection.makeSafe()
    const settings = connection.settings()
    const findings = [...findingsOf(settings), ...fileModeFindings(file, settings.platform)]
    return findings.map((finding) => ignoreAssumed(finding, this.#assumed))
  }

  /** The schema is asked in the same transaction: another process may migrate the file any time. */
  #transaction<T>(
    access: Access,
    signal: AbortSignal,
    work: (connection: Connection) => T,
  ): Promise<T> {
    const attempt = () => {
      const connection = this.#connected()
      return connection.transaction(access, () => {
        requireSchema(connection)
        return work(connection)
      })
    }
    return whenFree(attempt, signal)
  }

  #connected(): Connection {
    if (this.#connection) return this.#connection
    throw new Closed('The sqlite repository is not open: call open() first')
  }

  #compareAndSet(connection: Connection, { record, expected }: Write): boolean {
    const { key } = record
    const groups = JSON.stringify(record.groups)
    const insert = () =>
      connection.run(sql.INSERT, ...toValues(record), groups, this.namespace, key) === 1
    if (expected === null) {
      if (insert()) return true
    } else {
      const where = [this.namespace, key, expected, groups]
      if (connection.run(sql.REPLACE, ...toValues(record), ...where) === 1) return true
    }
    const [stored] = connection.rows<{ etag: unknown }>(sql.STORED_ETAG, this.namespace, key)
    if (stored === undefined) return false
    const etag = etagOf(stored.etag)
    // The answer to an earlier try of this very write may have been lost: then it did happen.
    if (etag === record.etag) return true
    if (etag !== expected) return false
    // What is stored is corrupt, because neither its etag nor its groups are a record's.
    connection.run(sql.REMOVE, this.namespace, key)
    return insert()
  }
}
