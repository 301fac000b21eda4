import {
  type Capabilities,
  Closed,
  type Finding,
  type StoredRecord,
  type TokenRepository,
  type Write,
} from '@tokenward/core'
import type { Driver } from './addresses.ts'
import { CAPABILITIES, findingsOf } from './capabilities.ts'
import { clientsFor, type Servers } from './client.ts'
import { Batch } from './compare-and-set.ts'
import { explained } from './faults.ts'
import { assertRetained, fromValue } from './records.ts'
import { Ring } from './ring.ts'
import { Server } from './server.ts'

/** How long `open()` waits, in ms: no signal of the caller bounds it. */
const PATIENCE = 5_000

export interface Options {
  readonly namespace: string
  readonly client: Driver
  readonly ring?: string | undefined
}

export class MemcachedRepository implements TokenRepository {
  readonly name = 'memcached'
  readonly namespace: string
  readonly capabilities: Capabilities = CAPABILITIES
  readonly #given: Servers
  readonly #options: Options
  #ring: Promise<Ring<Server>> | null = null

  constructor(given: Servers, options: Options) {
    this.namespace = options.namespace
    this.#given = given
    this.#options = options
  }

  async open(): Promise<readonly Finding[]> {
    const wasOpen = this.#ring !== null
    try {
      this.#ring ??= this.#connect()
      const { servers } = await this.#ring
      const patience = AbortSignal.timeout(PATIENCE)
      const settings = await Promise.all(servers.map((server) => server.inspect(patience)))
      return settings.flatMap(findingsOf)
    } catch (error) {
      if (!wasOpen) await this.close()
      throw explained(error)
    }
  }

  async read(
    keys: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly (StoredRecord | null)[]> {
    const ring = await this.#opened()
    const records = new Map<string, StoredRecord>()
    const readFrom = async ([server, theirs]: [Server, string[]]) => {
      const connection = await server.connection(signal)
      const items = await connection.gets(
        theirs.map((key) => ring.prefix + key),
        signal,
      )
      for (const key of theirs) {
        const stored = ring.prefix + key
        const item = items.get(stored)
        if (item === undefined) continue
        const record = fromValue(key, item.value)
        records.set(key, record)
        connection.versions.note(stored, { etag: record.etag, cas: item.cas })
      }
    }
    await Promise.all([...ring.split(keys, (key) => key)].map(readFrom))
    return keys.map((key) => records.get(key) ?? null)
  }

  async write(writes: readonly Write[], signal: AbortSignal): Promise<readonly boolean[]> {
    const ring = await this.#opened()
    for (const { record } of writes) assertRetained(record)
    const writeTo = async ([server, theirs]: [Server, Write[]]) => {
      const connection = await server.connection(signal)
      return new Batch(connection, ring.prefix, signal).write(theirs)
    }
    const parts = [...ring.split(writes, ({ record }) => record.key)]
    const answers = new Map((await Promise.all(parts.map(writeTo))).flatMap((part) => [...part]))
    return writes.map(({ record }) => answers.get(record.key) === true)
  }

  async close(): Promise<void> {
    const ring = this.#ring
    this.#ring = null
    const opened = await ring?.catch(() => null)
    for (const server of opened?.servers ?? []) server.close()
  }

  async #connect(): Promise<Ring<Server>> {
    const clients = await clientsFor(this.#given, this.#options.client)
    const servers = clients.map((client) => new Server(client))
    return new Ring(servers, this.#options.ring)
  }

  #opened(): Promise<Ring<Server>> {
    if (this.#ring) return this.#ring
    throw new Closed('The memcached repository is not open: call open() first')
  }
}
