import {
  type Capabilities,
  Closed,
  type Finding,
  ignoreAssumed,
  type StoredRecord,
  type TokenRepository,
  type Write,
} from '@tokenward/core/adapter'
import { run } from './calls.ts'
import { CAPABILITIES } from './capabilities.ts'
import { Connection } from './client.ts'
import { explained } from './faults.ts'
import { findingsOf } from './findings.ts'
import { Hints } from './hints.ts'
import type { Address, Lent } from './ioredis.ts'
import { OPENING_MS } from './limits.ts'
import { list, prune } from './listing.ts'
import { migrate } from './migrate.ts'
import { Names } from './names.ts'
import { assertRetained, writeCall } from './records.ts'
import { WRITE } from './scripts.ts'
import { readRecords, type Session } from './session.ts'
import { lookAt } from './settings.ts'

export class RedisRepository implements TokenRepository {
  readonly name = 'redis'
  readonly namespace: string
  readonly capabilities: Capabilities
  readonly #server: Address | Lent
  readonly #assumed: Partial<Capabilities>
  #session: Promise<Session> | null = null
  #opening: Promise<readonly Finding[]> | null = null
  #closing = new AbortController()

  constructor(server: Address | Lent, namespace: string, assumed: Partial<Capabilities>) {
    this.namespace = namespace
    this.capabilities = { ...CAPABILITIES, ...assumed }
    this.#server = server
    this.#assumed = assumed
  }

  /** Calls at the same time are one: where it fails, it fails for all of them, and is closed again. */
  open(): Promise<readonly Finding[]> {
    if (this.#opening) return this.#opening
    const opening = this.#open().finally(() => {
      if (this.#opening === opening) this.#opening = null
    })
    this.#opening = opening
    return opening
  }

  async read(
    keys: readonly string[],
    signal: AbortSignal,
  ): Promise<readonly (StoredRecord | null)[]> {
    return readRecords(await this.#opened(), keys, signal).catch(rethrow)
  }

  async write(writes: readonly Write[], signal: AbortSignal): Promise<readonly boolean[]> {
    const { connection, names } = await this.#opened()
    for (const { record } of writes) assertRetained(record)
    const calls = writes.map((write) => writeCall(write, names))
    const answers = await run(connection, WRITE, calls, signal).catch(rethrow)
    return answers.map((answer) => answer === 1)
  }

  async list(
    group: string | null,
    after: string | null,
    limit: number,
    signal: AbortSignal,
  ): Promise<readonly StoredRecord[]> {
    return list(await this.#opened(), group, after, limit, signal).catch(rethrow)
  }

  async prune(now: number, limit: number, dryRun: boolean, signal: AbortSignal): Promise<number> {
    return prune(await this.#opened(), now, limit, dryRun, signal).catch(rethrow)
  }

  async watch(changed: (key: string) => void): Promise<() => Promise<void>> {
    const { hints } = await this.#opened()
    return hints.listen(changed).catch(rethrow)
  }

  async migrate(dryRun: boolean): Promise<readonly string[]> {
    const signal = AbortSignal.timeout(OPENING_MS)
    return migrate(await this.#opened(), this.namespace, dryRun, signal).catch(rethrow)
  }

  async close(): Promise<void> {
    const session = this.#session
    this.#session = null
    this.#opening = null
    this.#closing.abort(new Closed('The redis repository is closed: call open() first'))
    this.#closing = new AbortController()
    const opened = await session?.catch(() => null)
    await Promise.all([opened?.hints.close(), opened?.connection.close()])
  }

  async #open(): Promise<readonly Finding[]> {
    const signal = AbortSignal.timeout(OPENING_MS)
    const wasOpen = this.#session !== null
    const session = this.#session ?? this.#connect(signal)
    this.#session = session
    try {
      const { connection, names } = await session
      const seen = await lookAt(connection, names, signal)
      connection.opened()
      return findingsOf(seen).map((finding) => ignoreAssumed(finding, this.#assumed))
    } catch (error) {
      // After a close() the session is another's.
      if (!wasOpen && this.#session === session) await this.close()
      throw explained(error)
    }
  }

  async #connect(signal: AbortSignal): Promise<Session> {
    const names = new Names(this.namespace)
    const closing = this.#closing.signal
    const connection = await Connection.open(this.#server, AbortSignal.any([signal, closing]))
    return { connection, names, hints: new Hints(this.#server, names.channel, closing) }
  }

  #opened(): Promise<Session> {
    if (this.#session) return this.#session
    throw new Closed('The redis repository is not open: call open() first')
  }
}

function rethrow(error: unknown): never {
  throw explained(error)
}
