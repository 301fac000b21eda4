import {
  assertRetained,
  type Capabilities,
  type Finding,
  ignoreAssumed,
  Lifecycle,
  type ListPosition,
  type StoredRecord,
  type TokenRepository,
  type Write,
} from '@tokenward/core/adapter'
import { capabilitiesFor } from './capabilities.ts'
import { Client } from './client.ts'
import type { Document, MongoClientLike } from './driver.ts'
import { findingsOf } from './findings.ts'
import { migrate } from './migrate.ts'
import { ChangeFeed } from './notifications.ts'
import type { ParsedOptions, ReadConcern } from './options.ts'
import { idOf, toRecord } from './records.ts'
import { deletedBy, documentsOf, type Outcome, outcomesOf, versionOf } from './replies.ts'
import { assertSchemaVersion, SCHEMA_ID } from './schema.ts'
import { readSettings } from './settings.ts'
import * as statements from './statements.ts'

/** Less than core's own time-out, so that the error with the reason comes first. */
const OPEN_TIMEOUT_MS = 25_000

/** From `open()` to `close()`. */
interface Session {
  readonly client: Client
  readonly feed: ChangeFeed
}

export class MongodbRepository implements TokenRepository {
  readonly name = 'mongodb'
  readonly namespace: string
  readonly capabilities: Capabilities
  readonly #readConcern: ReadConcern
  readonly #lifecycle: Lifecycle<Session>

  constructor(
    server: string | MongoClientLike,
    { namespace, readConcern, assumed }: ParsedOptions,
    openTimeoutMs: number = OPEN_TIMEOUT_MS,
  ) {
    this.namespace = namespace
    this.capabilities = { ...capabilitiesFor(readConcern), ...assumed }
    this.#readConcern = readConcern
    this.#lifecycle = new Lifecycle<Session>({
      name: this.name,
      connect: (closing) => {
        const client = new Client(server)
        return { client, feed: new ChangeFeed(client, namespace, closing) }
      },
      inspect: async ({ client }) => {
        const settings = await readSettings(client, openTimeoutMs)
        return findingsOf(settings).map((finding) => ignoreAssumed(finding, assumed))
      },
      disconnect: async ({ client, feed }, closed) => {
        await Promise.all([feed.close(), client.close(closed)])
      },
    })
  }

  open(): Promise<readonly Finding[]> {
    return this.#lifecycle.open()
  }

  async read(
    keys: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly (StoredRecord | null)[]> {
    const { namespace } = this
    const commands = statements.findKeys(namespace, keys, this.#readConcern)
    const documents = await this.#find(commands, signal)
    const found = new Map(documents.map((each) => [each['_id'], each]))
    return keys.map((key) => {
      const document = found.get(idOf(namespace, key))
      return document ? toRecord(namespace, document) : null
    })
  }

  async write(writes: readonly Write[], signal: AbortSignal): Promise<readonly boolean[]> {
    for (const { record } of writes) assertRetained(record)
    const outcomes = await this.#bulk(writes, signal)
    const conflicts = writes.filter((_, i) => outcomes[i] === 'conflict')
    const again = conflicts.map(({ record }) => ({ record, expected: record.etag }))
    const resent = await this.#bulk(again, signal)
    const final = outcomes.map((outcome) => (outcome === 'conflict' ? resent.shift() : outcome))
    if (this.#readConcern === 'linearizable') return this.#confirm(writes, final, signal)
    return final.map((outcome) => outcome !== 'refused')
  }

  async list(
    group: string | null,
    after: ListPosition | null,
    limit: number,
    signal: AbortSignal,
  ): Promise<readonly StoredRecord[]> {
    const commands = statements.findPage(this.namespace, group, after, limit)
    const documents = await this.#find(commands, signal)
    return documents.slice(0, limit).map((each) => toRecord(this.namespace, each))
  }

  async prune(now: number, limit: number, dryRun: boolean, signal: AbortSignal): Promise<number> {
    const commands = statements.findPrunable(this.namespace, now, limit)
    const past = await this.#find(commands, signal)
    if (dryRun || past.length === 0) return past.length
    const { client } = await this.#lifecycle.session()
    const ids = past.map(({ _id }) => _id)
    return deletedBy(await client.run(statements.deletePrunable(now, ids), signal))
  }

  async watch(onChange: (key: string) => void): Promise<() => Promise<void>> {
    const { feed } = await this.#lifecycle.session()
    return feed.subscribe(onChange)
  }

  async migrate(dryRun: boolean): Promise<readonly string[]> {
    const { client } = await this.#lifecycle.session()
    return migrate(client, dryRun)
  }

  close(): Promise<void> {
    return this.#lifecycle.close()
  }

  async #bulk(writes: readonly Write[], signal: AbortSignal): Promise<Outcome[]> {
    if (writes.length === 0) return []
    const { client } = await this.#lifecycle.session()
    const operations = writes.map((write) => statements.operationOf(this.namespace, write))
    const command = statements.bulk(client.database, operations)
    const reply = await client.run(command, signal, 'admin')
    const [schema, ...outcomes] = outcomesOf(reply, writes.length + 1)
    if (schema !== 'refused') return outcomes
    // Without the schema the other outcomes mean nothing. This rejects with the reason.
    await this.#find([statements.FIND_SCHEMA], signal)
    throw new Error('MongoDB: another process created the collection meanwhile: retry.')
  }

  /**
   * A write that changed nothing may have reached a primary that was replaced: so the records are read
   * again from the primary of the majority.
   */
  async #confirm(
    writes: readonly Write[],
    outcomes: readonly (Outcome | undefined)[],
    signal: AbortSignal,
  ): Promise<readonly boolean[]> {
    const unsure = writes.filter((_, i) => outcomes[i] !== 'stored')
    if (unsure.length === 0) return writes.map(() => true)
    const keys = unsure.map(({ record }) => record.key)
    const stored = await this.read(keys, signal)
    const results = unsure.map(({ record, expected }, i) => {
      const etag = stored[i]?.etag ?? null
      if (etag === record.etag) return true
      if (etag !== expected) return false
      throw new Error('MongoDB: the condition of a refused write holds now: retry.')
    })
    return outcomes.map((outcome) => outcome === 'stored' || results.shift() === true)
  }

  /** The commands read the schema version too: without a collection an empty reply means nothing. */
  async #find(commands: readonly Document[], signal: AbortSignal): Promise<readonly Document[]> {
    const { client } = await this.#lifecycle.session()
    const documents = (await client.runAll(commands, signal)).flatMap(documentsOf)
    assertSchemaVersion(versionOf(documents.find(({ _id }) => _id === SCHEMA_ID)))
    return documents.filter(({ _id }) => _id !== SCHEMA_ID)
  }
}
