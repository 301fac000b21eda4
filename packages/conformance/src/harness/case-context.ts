import type { TokenRepository, Tokenward, TokenwardOptions } from '@tokenward/core'
import { HOUR, shifted, type TestClock, testClock } from './clock.ts'
import { deadline } from './deadline.ts'
import type { Environment } from './environment.ts'
import { createRandom, type Random } from './random.ts'

export interface InstanceOverrides extends Partial<Omit<TokenwardOptions, 'repository'>> {
  readonly namespace?: string
  /** Another way to the server than its own URL: through a proxy, or by another account. */
  readonly url?: string
  /** Puts something between core and the adapter. */
  readonly wrap?: (repository: TokenRepository) => TokenRepository
}

/** Of every instance, unless a case says otherwise; also the audience. */
export const ISSUER = 'https://api.example'

/** By these the speed of the store is measured: a connection and so many reads, one after the other. */
const READS = 4
/** So many times as slow may a call be that comes later. */
const SLACK = 8
/** ms */
const MOST_DEADLINE = 20_000

/** What one case works with: its own corner of the store, its own clock, its own dice. */
export class CaseContext {
  readonly environment: Environment
  readonly namespace: string
  /** How often to repeat what a case repeats. */
  readonly rounds: number
  readonly random: Random
  readonly clock: TestClock = testClock()
  /** What the report shall say beside the outcome. */
  readonly notes: string[] = []
  readonly #prepared = new Set<string>()
  readonly #closers: (() => Promise<unknown>)[] = []

  constructor(environment: Environment, name: string, rounds: number, seed: number) {
    this.environment = environment
    this.rounds = rounds
    this.random = createRandom(seed)
    this.namespace = `${name}-${crypto.randomUUID()}`
  }

  /** An open repository with a connection of its own. */
  async repository(
    namespace: string = this.namespace,
    url: string = this.environment.server.url,
  ): Promise<TokenRepository> {
    const repository = this.environment.connect(url, namespace)
    this.#closers.push(() => repository.close())
    await repository.open()
    return repository
  }

  /**
   * A deadline that is soon over, and that a healthy store keeps: the longer, the busier the machine.
   * @param least ms, where the machine is not busy
   */
  async shortDeadline(least: number): Promise<number> {
    const started = performance.now()
    const repository = await this.repository()
    for (let reads = 0; reads < READS; reads++) {
      // What it answers does not matter here, and what is broken need not answer.
      await repository.read(['0'.repeat(64)], deadline()).catch(() => undefined)
    }
    await repository.close()
    const took = performance.now() - started
    return Math.round(Math.min(Math.max(least, SLACK * took), MOST_DEADLINE))
  }

  /** What an instance here is made with, on a connection of its own. */
  options({ namespace, url, wrap, ...overrides }: InstanceOverrides = {}): TokenwardOptions {
    const { connect, server } = this.environment
    const repository = connect(url ?? server.url, namespace ?? this.namespace)
    return {
      issuer: ISSUER,
      keys: this.environment.keys,
      clock: this.clock,
      // Long, so that a slow machine fails no case that is not about the deadline.
      deadline: '20s',
      ...overrides,
      repository: wrap ? wrap(repository) : repository,
    }
  }

  /**
   * Makes the root as of an hour ago: it kills every external token that was issued before it.
   * Without a call, the first instance of a namespace does it.
   */
  async prepare({
    wrap: _,
    url: __,
    deadline: ___,
    ...overrides
  }: InstanceOverrides = {}): Promise<void> {
    this.#prepared.add(overrides.namespace ?? this.namespace)
    const clock = shifted(overrides.clock ?? this.clock, -HOUR)
    await this.environment.engine.prepare(this.options({ ...overrides, clock }))
  }

  /** An instance like one in another process: the store is all that it shares with the others. */
  async instance<C extends object = object>(
    overrides: InstanceOverrides = {},
  ): Promise<Tokenward<C>> {
    if (!this.#prepared.has(overrides.namespace ?? this.namespace)) await this.prepare(overrides)
    const instance = await this.environment.engine.createTokenward<C>(this.options(overrides))
    this.#closers.push(() => instance.close())
    return instance
  }

  instances(count: number, overrides: InstanceOverrides = {}): Promise<Tokenward[]> {
    return Promise.all(Array.from({ length: count }, () => this.instance(overrides)))
  }

  onClose(closer: () => Promise<unknown>): void {
    this.#closers.push(closer)
  }

  note(text: string): void {
    this.notes.push(text)
  }

  /** Closes everything, also where something does not close: that is told afterwards. */
  async close(): Promise<void> {
    const failures: unknown[] = []
    for (const close of this.#closers.reverse()) {
      await close().catch((error: unknown) => failures.push(error))
    }
    if (failures.length > 0) throw failures[0]
  }
}
