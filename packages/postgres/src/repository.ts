import type {
  Capabilities,
  Finding,
  StoredRecord,
  TokenRepository,
  Write,
} from '@tokenward/core/adapter'
import { Closed, ignoreAssumed } from '@tokenward/core/adapter'
import { CAPABILITIES, findingsOf, type Settings } from './capabilities.ts'
import { Connections } from './client.ts'
import type { ClientLike, PoolLike } from './driver.ts'
import { explained, silent } from './faults.ts'
import { Hints } from './hints.ts'
import { migrate } from './migrate.ts'
import { assertRetained, type Row, toJson, toRecords } from './records.ts'
import { assertVersion } from './schema.ts'
import * as sql from './statements.ts'

/** A little less than the 30 s that core gives, so that its error has the cause. */
const OPEN_TIMEOUT_MS = 28_000

export class PostgresRepository implements TokenRepository {
  readonly name = 'postgres'
  readonly namespace: string
  readonly capabilities: Capabilities
  readonly #database: string | PoolLike
  readonly #assumed: Partial<Capabilities>
  #session: Session | null = null

  constructor(database: string | PoolLike, namespace: string, assumed: Partial<Capabilities>) {
    this.namespace = namespace
    this.capabilities = { ...CAPABILITIES, ...assumed }
    this.#database = database
    this.#assumed = assumed
  }

  async open(): Promise<readonly Finding[]> {
    this.#session ??= new Session(this.#database, this.namespace)
    const session = this.#session
    session.openings++
    try {
      const findings = await this.#inspect(await session.ready)
      session.isOpen = true
      return findings
    } catch (error) {
      // What somebody else opened, or still tries to open, is not closed under them.
      const isLast = session.openings === 1 && !session.isOpen
      if (isLast && this.#session === session) await this.close()
      throw explained(error)
    } finally {
      session.openings--
    }
  }

  async read(
    keys: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly (StoredRecord | null)[]> {
    const found = await this.#records(sql.READ, [this.namespace, keys], signal)
    const records = new Map(found.map((record) => [record.key, record]))
    return keys.map((key) => records.get(key) ?? null)
  }

  async write(writes: readonly Write[], signal: AbortSignal): Promise<readonly boolean[]> {
    const { hints } = await this.#opened()
    const answers = new Map<string, boolean>()
    for (let open = writes; open.length > 0; ) {
      for (const { record } of open) assertRetained(record)
      const values = [this.namespace, toJson(open), hints.channel, hints.lock]
      const rows = await this.#answer<{ key: string; done: boolean | null }>(
        sql.WRITE,
        values,
        signal,
      )
      for (const { key, done } of rows) if (done !== null) answers.set(key, done)
      // Somebody else's change came between: the next snapshot has it.
      open = open.filter(({ record }) => !answers.has(record.key))
    }
    return writes.map(({ record }) => answers.get(record.key) === true)
  }

  list(
    group: string | null,
    after: string | null,
    limit: number,
    signal: AbortSignal,
  ): Promise<readonly StoredRecord[]> {
    const page = [this.namespace, after ?? '', limit] // '' is before every key.
    return group === null
      ? this.#records(sql.LIST_ALL, page, signal)
      : this.#records(sql.LIST_GROUP, [...page, group], signal)
  }

  async prune(now: number, limit: number, dryRun: boolean, signal: AbortSignal): Promise<number> {
    const statement = dryRun ? sql.COUNT_PRUNABLE : sql.PRUNE
    const rows = await this.#answer<{ count: string }>(
      statement,
      [this.namespace, now, limit],
      signal,
    )
    return Number(rows[0]?.count)
  }

  async watch(changed: (key: string) => void): Promise<() => Promise<void>> {
    const { hints } = await this.#opened()
    return hints.listen(changed)
  }

  async migrate(dryRun: boolean): Promise<readonly string[]> {
    const { connections } = await this.#opened()
    return migrate(connections, dryRun)
  }

  async close(): Promise<void> {
    const session = this.#session
    this.#session = null
    const opened = await session?.ready.catch(() => null)
    await opened?.connections.close()
  }

  async #inspect({ connections }: Opened): Promise<Finding[]> {
    const look = async (client: ClientLike) => {
      const [settings] = (await client.query(sql.SETTINGS)).rows as (Settings & { pid: number })[]
      if (!settings) throw new Error('Postgres did not tell its settings')
      const { processID = null } = client
      return { ...settings, pooled: processID !== null && processID !== settings.pid }
    }
    const signal = AbortSignal.timeout(OPEN_TIMEOUT_MS)
    const settings = await connections.use(look, signal).catch((error) => {
      throw error === signal.reason ? silent(OPEN_TIMEOUT_MS, error) : error
    })
    if (settings.pooled) connections.forgetStatements()
    return findingsOf(settings).map((finding) => ignoreAssumed(finding, this.#assumed))
  }

  async #records(
    statement: sql.Statement,
    values: readonly unknown[],
    signal: AbortSignal,
  ): Promise<StoredRecord[]> {
    return toRecords(await this.#answer<Row>(statement, values, signal))
  }

  /** Every statement has a row to say, unless the tables or the server are not what they should be. */
  async #answer<T>(
    statement: sql.Statement,
    values: readonly unknown[],
    signal: AbortSignal,
  ): Promise<T[]> {
    const { connections } = await this.#opened()
    const rows = await connections.query<T>(statement, values, signal)
    if (rows.length > 0) return rows
    const [status] = await connections.query<Status>(sql.STATUS, [], signal)
    assertVersion(status?.version ?? 0)
    throw new Error('Postgres: this is a replica, or was one: give the address of the primary.')
  }

  #opened(): Promise<Opened> {
    if (this.#session) return this.#session.ready
    throw new Closed('The postgres repository is not open: call open() first')
  }
}

/** From the first `open()` to `close()`. */
class Session {
  readonly ready: Promise<Opened>
  /** Under way. */
  openings = 0
  isOpen = false

  constructor(database: string | PoolLike, namespace: string) {
    this.ready = Connections.open(database).then((connections) => ({
      connections,
      hints: new Hints(connections, namespace),
    }))
  }
}

interface Opened {
  readonly connections: Connections
  readonly hints: Hints
}

interface Status {
  readonly version: number
}
