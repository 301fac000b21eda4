import {
  type Capabilities,
  Closed,
  type Finding,
  type StoredRecord,
  type TokenRepository,
  type Write,
  withoutAssumed,
} from '@tokenward/core'
import { capabilitiesFor, findingsOf, type ReadConcern } from './capabilities.ts'
import { Connections, type Document, type MongoClientLike } from './client.ts'
import { assertNamespace } from './faults.ts'
import { Hints } from './hints.ts'
import { migrate } from './migrate.ts'
import { assertRetained, toRecord } from './records.ts'
import { deletedBy, documentsOf, type Outcome, outcomesOf, versionOf } from './replies.ts'
import { assertVersion, SCHEMA_ID } from './schema.ts'
import { readSettings } from './settings.ts'
import * as statements from './statements.ts'

/** How long `open()` waits, in ms: no signal of the caller bounds it. */
const PATIENCE = 5_000

export interface RepositorySettings {
  readonly namespace: string
  readonly readConcern: ReadConcern
  readonly assumed: Partial<Capabilities>
}

export class MongodbRepository implements TokenRepository {
  readonly name = 'mongodb'
  readonly namespace: string
  readonly capabilities: Capabilities
  readonly #server: string | MongoClientLike
  readonly #settings: RepositorySettings
  #session: Promise<Session> | null = null

  constructor(server: string | MongoClientLike, settings: RepositorySettings) {
    this.namespace = settings.namespace
    this.capabilities = { ...capabilitiesFor(settings.readConcern), ...settings.assumed }
    this.#server = server
    this.#settings = settings
  }

  async open(): Promise<readonly Finding[]> {
    const wasOpen = this.#session !== null
    try {
      assertNamespace(this.namespace)
      this.#session ??= this.#connect()
      const { connections } = await this.#session
      const found = await readSettings(connections, AbortSignal.timeout(PATIENCE))
      return findingsOf(found).map((finding) => withoutAssumed(finding, this.#settings.assumed))
    } catch (error) {
      if (!wasOpen) await this.close()
      throw error
    }
  }

  async read(
    keys: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly (StoredRecord | null)[]> {
    const { connections } = await this.#opened()
    const commands =
      this.#settings.readConcern === 'majority'
        ? [statements.findKeys(keys)]
        : [statements.FIND_SCHEMA, ...keys.map(statements.findKey)]
    const replies = await connections.runAll(commands, signal)
    const found = new Map(replies.flatMap(documentsOf).map((each) => [each['_id'], each]))
    assertVersion(versionOf(found.get(SCHEMA_ID)))
    return keys.map((key) => {
      const document = found.get(key)
      return document ? toRecord(document) : null
    })
  }

  async write(writes: readonly Write[], signal: AbortSignal): Promise<readonly boolean[]> {
    for (const { record } of writes) assertRetained(record)
    const outcomes = await this.#bulk(writes, statements.operationOf, signal)
    const met = writes.filter((_, i) => outcomes[i] === 'met')
    const confirmed = await this.#bulk(met, statements.confirmationOf, signal)
    const settled = outcomes.map((outcome) => (outcome === 'met' ? confirmed.shift() : outcome))
    if (this.#settings.readConcern === 'linearizable') {
      return this.#confirm(writes, settled, signal)
    }
    return settled.map((outcome) => outcome !== 'refused')
  }

  async list(
    group: string | null,
    after: string | null,
    limit: number,
    signal: AbortSignal,
  ): Promise<readonly StoredRecord[]> {
    const page = statements.page(this.namespace, group, after, limit)
    return (await this.#find(page, signal)).map(toRecord)
  }

  async prune(now: number, limit: number, dryRun: boolean, signal: AbortSignal): Promise<number> {
    const past = await this.#find(statements.findPrunable(this.namespace, now, limit), signal)
    if (dryRun || past.length === 0) return past.length
    const keys = past.map(({ _id }) => _id)
    const command = statements.deletePrunable(this.namespace, now, keys)
    const { connections } = await this.#opened()
    return deletedBy(await connections.run(command, signal))
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
    const opened = await session?.catch(() => null)
    await Promise.all([opened?.hints.close(), opened?.connections.close()])
  }

  async #connect(): Promise<Session> {
    const connections = await Connections.open(this.#server)
    return { connections, hints: new Hints(connections, this.namespace) }
  }

  async #bulk(
    writes: readonly Write[],
    operationOf: (namespace: string, write: Write) => Document,
    signal: AbortSignal,
  ): Promise<Outcome[]> {
    if (writes.length === 0) return []
    const { connections } = await this.#opened()
    const operations = writes.map((write) => operationOf(this.namespace, write))
    const command = statements.bulk(connections.database, operations)
    const reply = await connections.run(command, signal, 'admin')
    const [schema, ...outcomes] = outcomesOf(reply, writes.length + 1)
    if (schema !== 'refused') return outcomes
    // Whatever else happened there is of no use to anybody. This rejects, and says why.
    await this.#find(statements.FIND_SCHEMA, signal)
    throw new Error('MongoDB: the collection was made meanwhile.')
  }

  /**
   * Who changed nothing may have asked a primary that was deposed: what stands there is asked again
   * of whoever a majority takes for the primary.
   */
  async #confirm(
    writes: readonly Write[],
    outcomes: readonly (Outcome | undefined)[],
    signal: AbortSignal,
  ): Promise<readonly boolean[]> {
    const open = writes.filter((_, i) => outcomes[i] !== 'stored')
    const { connections } = await this.#opened()
    const commands = open.map(({ record }) => statements.findKey(record.key))
    const replies = await connections.runAll(commands, signal)
    const stored = new Map(replies.flatMap(documentsOf).map(({ _id, etag }) => [_id, etag]))
    return writes.map(({ record, expected }, i) => {
      if (outcomes[i] === 'stored') return true
      const etag = stored.get(record.key) ?? null
      if (etag === expected) throw new Error('MongoDB: what was refused would hold now.')
      return etag === record.etag
    })
  }

  /** Of the schema's version, beside it: nothing is absent where there is no collection. */
  async #find(command: Document, signal: AbortSignal): Promise<readonly Document[]> {
    const { connections } = await this.#opened()
    const replies = await connections.runAll([statements.FIND_SCHEMA, command], signal)
    const [schema, found] = replies.map(documentsOf)
    assertVersion(versionOf(schema?.[0]))
    return found ?? []
  }

  #opened(): Promise<Session> {
    if (this.#session) return this.#session
    throw new Closed('The mongodb repository is not open: call open() first')
  }
}

interface Session {
  readonly connections: Connections
  readonly hints: Hints
}
