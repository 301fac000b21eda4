import {
  type Assumed,
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
import { CAPABILITIES } from './capabilities.ts'
import { Client } from './client.ts'
import { runScript } from './commands.ts'
import type { Address, CallerClient } from './driver.ts'
import { OPEN_TIMEOUT_MS } from './driver-options.ts'
import { withHelp } from './errors.ts'
import { findingsOf } from './findings.ts'
import { KeyNames } from './keys.ts'
import { list } from './list.ts'
import { migrate } from './migrate.ts'
import { ChangeFeed } from './notifications.ts'
import { prune } from './prune.ts'
import { readRecords } from './read.ts'
import { writeCall } from './records.ts'
import { WRITE } from './scripts.ts'
import { readSettings } from './settings.ts'

/** From `open()` to `close()`. */
interface Session {
  readonly client: Client
  readonly feed: ChangeFeed
}

export class RedisRepository implements TokenRepository {
  readonly name = 'redis'
  readonly namespace: string
  readonly capabilities: Capabilities
  readonly #server: Address | CallerClient
  readonly #assumed: Assumed
  readonly #names: KeyNames
  readonly #lifecycle: Lifecycle<Session>
  /** The index of a shard. A batch of `prune()` that begins at any other deletes the same records, later. */
  #firstToPrune = 0

  constructor(server: Address | CallerClient, namespace: string, assumed: Assumed) {
    this.namespace = namespace
    this.capabilities = { ...CAPABILITIES, ...assumed }
    this.#server = server
    this.#assumed = assumed
    this.#names = new KeyNames(namespace)
    this.#lifecycle = new Lifecycle<Session>({
      name: this.name,
      connect: (closing) => this.#connect(closing),
      inspect: (session) => this.#inspect(session),
      disconnect: async ({ client, feed }, closed) => {
        await Promise.all([feed.close(closed), client.close(closed)])
      },
    })
  }

  open(): Promise<readonly Finding[]> {
    return this.#lifecycle.open().catch(rethrow)
  }

  async read(
    keys: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly (StoredRecord | null)[]> {
    const { client } = await this.#lifecycle.session()
    return readRecords(client, this.#names, keys, signal).catch(rethrow)
  }

  async write(writes: readonly Write[], signal: AbortSignal): Promise<readonly boolean[]> {
    const { client } = await this.#lifecycle.session()
    for (const { record } of writes) assertRetained(record)
    const calls = writes.map((write) => writeCall(write, this.#names))
    const results = await runScript(client, WRITE, calls, signal).catch(rethrow)
    return results.map((result) => result === 1)
  }

  async list(
    group: string | null,
    after: ListPosition | null,
    limit: number,
    signal: AbortSignal,
  ): Promise<readonly StoredRecord[]> {
    const { client } = await this.#lifecycle.session()
    return list(client, this.#names, group, after, limit, signal).catch(rethrow)
  }

  async prune(now: number, limit: number, dryRun: boolean, signal: AbortSignal): Promise<number> {
    const { client } = await this.#lifecycle.session()
    const { count, next } = await prune(
      client,
      this.#names,
      this.#firstToPrune,
      now,
      limit,
      dryRun,
      signal,
    ).catch(rethrow)
    if (!dryRun) this.#firstToPrune = next
    return count
  }

  async watch(onChange: (key: string) => void): Promise<() => Promise<void>> {
    const { feed } = await this.#lifecycle.session()
    return feed.subscribe(onChange).catch(rethrow)
  }

  async migrate(dryRun: boolean): Promise<readonly string[]> {
    const { client } = await this.#lifecycle.session()
    const signal = AbortSignal.timeout(OPEN_TIMEOUT_MS)
    return migrate(client, this.#names, this.namespace, dryRun, signal).catch(rethrow)
  }

  close(): Promise<void> {
    return this.#lifecycle.close()
  }

  async #connect(closing: AbortSignal): Promise<Session> {
    const signal = AbortSignal.any([AbortSignal.timeout(OPEN_TIMEOUT_MS), closing])
    const client = await Client.open(this.#server, signal)
    return { client, feed: new ChangeFeed(this.#server, this.#names.channel, closing) }
  }

  async #inspect({ client }: Session): Promise<readonly Finding[]> {
    const state = await readSettings(client, this.#names, AbortSignal.timeout(OPEN_TIMEOUT_MS))
    client.endOpening()
    return findingsOf(state).map((finding) => ignoreAssumed(finding, this.#assumed))
  }
}

function rethrow(error: unknown): never {
  throw withHelp(error)
}
