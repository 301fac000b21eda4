import { AssertionError } from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import type { StoredRecord, TokenRepository, Write } from '@tokenward/core/adapter'
import { HOUR } from '../harness/clock.ts'
import type { Random } from '../harness/random.ts'
import { deadline } from '../harness/timeouts.ts'
import type { Etag } from './operation.ts'
import type { ThinkTime } from './think-time.ts'

/** ms */
const BEFORE_NEXT_TRY = 20

/** The options of one client of a workload. */
export interface ClientOptions {
  /** Unique among all clients of a history; its etags begin with it. */
  readonly name: string
  readonly repository: TokenRepository
  readonly keys: readonly string[]
  readonly random: Random
  readonly thinkTime: ThinkTime
  /** The store may be away for a while: rejected calls are repeated. */
  readonly persistent?: boolean
}

/**
 * Reads and writes a few keys, sometimes several in one call. Its writes expect the last etag that it
 * saw, an older one, or none; or they are exact repetitions of its earlier ones.
 */
export class Client {
  readonly #options: ClientOptions
  readonly #seen = new Map<string, Etag[]>()
  readonly #sent: Write[] = []
  #etags = 0

  constructor(options: ClientOptions) {
    this.#options = options
  }

  async run(calls: number): Promise<void> {
    const { random, thinkTime, persistent = false } = this.#options
    for (let call = 0; call < calls; ) {
      await thinkTime(random)
      const what = random.chance(0.4) ? this.#read : this.#write
      try {
        await this.#call((signal) => what.call(this, signal))
        call++
      } catch (error) {
        if (!persistent || error instanceof AssertionError) throw error
        await pause(BEFORE_NEXT_TRY)
      }
    }
  }

  /** Some calls are aborted: before they are sent, at once, or soon. */
  async #call(call: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { random, thinkTime } = this.#options
    if (!random.chance(0.08)) return await call(deadline())
    const giveUp = new AbortController()
    const when = random.pick(['before', 'at once', 'soon'])
    if (when === 'before') giveUp.abort()
    const answer = call(giveUp.signal).catch((error) => {
      if (!giveUp.signal.aborted) throw error
    })
    answer.catch(() => undefined) // It may fail before it is awaited below.
    if (when === 'soon') await thinkTime(random)
    giveUp.abort()
    await answer
  }

  async #read(signal: AbortSignal): Promise<void> {
    const keys = this.#someKeys()
    const records = await this.#options.repository.read(keys, signal)
    for (const [i, key] of keys.entries()) this.#see(key, records[i]?.etag ?? null)
  }

  async #write(signal: AbortSignal): Promise<void> {
    const writes = this.#someKeys().map((key) => this.#writeOf(key))
    this.#sent.push(...writes)
    const answers = await this.#options.repository.write(writes, signal)
    for (const [i, { record }] of writes.entries()) {
      if (answers[i]) this.#see(record.key, record.etag)
    }
  }

  #writeOf(key: string): Write {
    const { random } = this.#options
    const [seen, sent] = [this.#seen.get(key) ?? [null], this.#sent]
    const kind = random.next()
    const own = sent.filter(({ record }) => record.key === key)
    // Recently sent writes are more likely to find their own etag.
    if (kind < 0.2 && own.length > 0) return random.pick(own.slice(-3))
    if (kind < 0.3) return { record: this.#record(key), expected: null }
    if (kind < 0.4) return { record: this.#record(key), expected: random.pick(seen) }
    return { record: this.#record(key), expected: seen.at(-1) ?? null }
  }

  #record(key: string): StoredRecord {
    const { name, random } = this.#options
    const now = Date.now()
    return {
      key,
      kind: 'token',
      state: 'active',
      etag: `${name}.${++this.#etags}-${random.hex(8)}`,
      createdAt: now,
      expiresAt: now + HOUR,
      retainUntil: now + 2 * HOUR,
      groups: [],
      body: `{"id":"${random.hex(8)}"}`,
    }
  }

  #see(key: string, etag: Etag): void {
    const seen = this.#seen.get(key) ?? []
    this.#seen.set(key, seen)
    if (seen.at(-1) !== etag) seen.push(etag)
  }

  /** In the order that the contract guarantees to adapters. */
  #someKeys(): string[] {
    const { random, keys } = this.#options
    const count = random.chance(0.6) ? 1 : 1 + random.below(keys.length)
    return random.shuffle(keys).slice(0, count).sort()
  }
}
