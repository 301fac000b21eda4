import {
  type Capabilities,
  Closed,
  type Finding,
  type StoredRecord,
  type TokenRepository,
  type Write,
} from '@tokenward/core/adapter'
import { CAPABILITIES, findingsOf } from './capabilities.ts'
import type { ClientSource } from './client.ts'
import { Batch } from './compare-and-set.ts'
import { explained } from './faults.ts'
import { assertRetained, fromValue } from './records.ts'
import { Ring } from './ring.ts'
import { Server } from './server.ts'

/** Less than core's own limit, so that the error that says why comes first. */
const OPEN_TIMEOUT_MS = 25_000

export interface RepositorySettings {
  readonly namespace: string
  readonly ring?: string | undefined
  readonly openTimeoutMs?: number
}

type OpenRing = Promise<Ring<Server>>

export class MemcachedRepository implements TokenRepository {
  readonly name = 'memcached'
  readonly namespace: string
  readonly capabilities: Capabilities = CAPABILITIES
  readonly #source: ClientSource
  readonly #settings: RepositorySettings
  #ring: OpenRing | null = null

  constructor(source: ClientSource, settings: RepositorySettings) {
    this.namespace = settings.namespace
    this.#source = source
    this.#settings = settings
  }

  async open(): Promise<readonly Finding[]> {
    const { openTimeoutMs = OPEN_TIMEOUT_MS } = this.#settings
    const wasOpen = this.#ring !== null
    this.#ring ??= this.#makeRing()
    const ring = this.#ring
    try {
      const { servers } = await ring
      const signal = AbortSignal.timeout(openTimeoutMs)
      const settings = await Promise.all(servers.map((server) => server.inspect(signal)))
      if (this.#ring !== ring) throw closed()
      return settings.flatMap(findingsOf)
    } catch (error) {
      if (!wasOpen) await this.#end(ring)
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
    if (this.#ring) await this.#end(this.#ring)
  }

  async #makeRing(): OpenRing {
    const servers = (await this.#source()).map((client) => new Server(client))
    return new Ring(servers, this.namespace, this.#settings.ring)
  }

  /** Another one, opened meanwhile, goes on. */
  async #end(ring: OpenRing): Promise<void> {
    if (this.#ring === ring) this.#ring = null
    const opened = await ring.catch(() => null)
    for (const server of opened?.servers ?? []) server.close()
  }

  #opened(): OpenRing {
    if (this.#ring) return this.#ring
    throw closed()
  }
}

function closed(): Closed {
  return new Closed('The memcached repository is not open: call open() first')
}
