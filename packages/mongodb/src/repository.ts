import {
  type Capabilities,
  Closed,
  type Finding,
  ignoreAssumed,
  type StoredRecord,
  type TokenRepository,
  type Write,
} from '@tokenward/core/adapter'
import { capabilitiesFor, findingsOf, type ReadConcern } from './capabilities.ts'
import { Client } from './client.ts'
import type { Document, MongoClientLike } from './driver.ts'
import { Hints } from './hints.ts'
import { migrate } from './migrate.ts'
import { assertRetained, etagOf, idOf, toRecord } from './records.ts'
import { deletedBy, documentsOf, type Outcome, outcomesOf, versionOf } from './replies.ts'
import { assertVersion, SCHEMA_ID } from './schema.ts'
import { readSettings } from './settings.ts'
import * as statements from './statements.ts'

/** Less than core's own limit, so that the error that says why comes first. */
const OPEN_TIMEOUT_MS = 25_000

export interface RepositorySettings {
  readonly namespace: string
  readonly readConcern: ReadConcern
  readonly assumed: Partial<Capabilities>
  readonly openTimeoutMs?: number
}

export class MongodbRepository implements TokenRepository {
  readonly name = 'mongodb'
  readonly namespace: string
  readonly capabilities: Capabilities
  readonly #server: string | MongoClientLike
  readonly #settings: RepositorySettings
  #session: Session | null = null

  constructor(server: string | MongoClientLike, settings: RepositorySettings) {
    this.namespace = settings.namespace
    this.capabilities = { ...capabilitiesFor(settings.readConcern), ...settings.assumed }
    this.#server = server
    this.#settings = settings
  }

  async open(): Promise<readonly Finding[]> {
    const wasOpen = this.#session !== null
    const { openTimeoutMs = OPEN_TIMEOUT_MS, assumed } = this.#settings
    this.#session ??= this.#makeSession()
    const session = this.#session
    try {
      const settings = await readSettings(session.client, AbortSignal.timeout(openTimeoutMs))
      if (session.client.closed) throw closed()
      return findingsOf(settings).map((finding) => ignoreAssumed(finding, assumed))
    } catch (error) {
      if (!wasOpen) await this.#end(session)
      throw error
    }
  }

  async read(
    keys: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly (StoredRecord | null)[]> {
    const { client } = this.#opened()
    const { namespace } = this
    const commands =
      this.#settings.readConcern === 'majority'
        ? [statements.findKeys(namespace, keys)]
        : [statements.FIND_SCHEMA, ...keys.map((key) => statements.findKey(namespace, key))]
    const replies = await client.runAll(commands, signal)
    const found = new Map(replies.flatMap(documentsOf).map((each) => [each['_id'], each]))
    assertVersion(versionOf(found.get(SCHEMA_ID)))
    return keys.map((key) => {
      const document = found.get(idOf(namespace, key))
      return document ? toRecord(namespace, document) : null
    })
  }

  async write(writes: readonly Write[], signal: AbortSignal): Promise<readonly boolean[]> {
    for (const { record } of writes) assertRetained(record)
    const outcomes = await this.#bulk(writes, statements.operationOf, signal)
    const conflicts = writes.filter((_, i) => outcomes[i] === 'conflict')
    const resent = await this.#bulk(conflicts, statements.resendOf, signal)
    const final = outcomes.map((outcome) => (outcome === 'conflict' ? resent.shift() : outcome))
    if (this.#settings.readConcern === 'linearizable') {
      return this.#confirm(writes, final, signal)
    }
    return final.map((outcome) => outcome !== 'refused')
  }

  async list(
    group: string | null,
    after: string | null,
    limit: number,
    signal: AbortSignal,
  ): Promise<readonly StoredRecord[]> {
    const page = statements.page(this.namespace, group, after, limit)
    return (await this.#find(page, signal)).map((each) => toRecord(this.namespace, each))
  }

  async prune(now: number, limit: number, dryRun: boolean, signal: AbortSignal): Promise<number> {
    const past = await this.#find(statements.findPrunable(this.namespace, now, limit), signal)
    if (dryRun || past.length === 0) return past.length
    const ids = past.map(({ _id }) => _id)
    const command = statements.deletePrunable(now, ids)
    return deletedBy(await this.#opened().client.run(command, signal))
  }

  async watch(changed: (key: string) => void): Promise<() => Promise<void>> {
    return this.#opened().hints.listen(changed)
  }

  async migrate(dryRun: boolean): Promise<readonly string[]> {
    return migrate(this.#opened().client, dryRun)
  }

  async close(): Promise<void> {
    if (this.#session) await this.#end(this.#session)
  }

  #makeSession(): Session {
    const client = new Client(this.#server)
    return { client, hints: new Hints(client, this.namespace) }
  }

  /** Another one, opened meanwhile, goes on. */
  async #end(session: Session): Promise<void> {
    if (this.#session === session) this.#session = null
    await Promise.all([session.hints.close(), session.client.close()])
  }

  async #bulk(
    writes: readonly Write[],
    operationOf: (namespace: string, write: Write) => Document,
    signal: AbortSignal,
  ): Promise<Outcome[]> {
    if (writes.length === 0) return []
    const { client } = this.#opened()
    const operations = writes.map((write) => operationOf(this.namespace, write))
    const command = statements.bulk(client.database, operations)
    const reply = await client.run(command, signal, 'admin')
    const [schema, ...outcomes] = outcomesOf(reply, writes.length + 1)
    if (schema !== 'refused') return outcomes
    // Without the schema the other outcomes mean nothing. This rejects, with the reason.
    await this.#find(statements.FIND_SCHEMA, signal)
    throw new Error('MongoDB: the collection was made meanwhile.')
  }

  /**
   * A write that changed nothing may have asked a primary that was deposed: so the records are read
   * again from the primary of the majority.
   */
  async #confirm(
    writes: readonly Write[],
    outcomes: readonly (Outcome | undefined)[],
    signal: AbortSignal,
  ): Promise<readonly boolean[]> {
    const open = writes.filter((_, i) => outcomes[i] !== 'stored')
    const { client } = this.#opened()
    const commands = open.map(({ record }) => statements.findKey(this.namespace, record.key))
    const replies = await client.runAll(commands, signal)
    const documents = replies.flatMap(documentsOf)
    const stored = new Map(documents.map((each) => [each['_id'], etagOf(each)]))
    return writes.map(({ record, expected }, i) => {
      if (outcomes[i] === 'stored') return true
      const etag = stored.get(idOf(this.namespace, record.key)) ?? null
      if (etag === expected) throw new Error('MongoDB: what was refused would hold now.')
      return etag === record.etag
    })
  }

  /** Reads the schema's version too: without a collection nothing is known to be absent. */
  async #find(command: Document, signal: AbortSignal): Promise<readonly Document[]> {
    const { client } = this.#opened()
    const replies = await client.runAll([statements.FIND_SCHEMA, command], signal)
    const [schema, found] = replies.map(documentsOf)
    assertVersion(versionOf(schema?.[0]))
    return found ?? []
  }

  #opened(): Session {
    if (this.#session) return this.#session
    throw closed()
  }
}

interface Session {
  readonly client: Client
  readonly hints: Hints
}

function closed(): Closed {
  return new Closed('The mongodb repository is not open: call open() first')
}
