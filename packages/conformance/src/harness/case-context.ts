import type { TokenRepository, Tokenward, TokenwardOptions } from '@tokenward/core'
import { HOUR, shifted, type TestClock, testClock } from './clock.ts'
import type { Environment } from './environment.ts'
import { type InstanceOverrides, instanceOptions, yielding } from './instance-options.ts'
import { createRandom, type Random } from './random.ts'
import { deadline, holdUp } from './timeouts.ts'

/** The speed of the store is measured by one connection and this many reads, one after the other. */
const READS = 4
/** A later call may be this many times slower. */
const SLACK = 8
/** ms */
const MOST_DEADLINE = 20_000

/**
 * What one case works with: its own namespace of the store, its own clock and its own random numbers.
 */
export class CaseContext {
  readonly environment: Environment
  readonly namespace: string
  /** How often a case repeats its steps. */
  readonly rounds: number
  readonly random: Random
  readonly clock: TestClock = testClock()
  /** What the report adds to the result. */
  readonly notes: string[] = []
  readonly #prepared = new Set<string>()
  readonly #closers: (() => Promise<unknown>)[] = []

  constructor(environment: Environment, name: string, rounds: number, seed: number) {
    this.environment = environment
    this.rounds = rounds
    this.random = createRandom(seed)
    this.namespace = `${name}-${crypto.randomUUID()}`
  }

  /** An open repository with its own connection. */
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
   * A short deadline that a healthy store meets: the busier the machine, the longer.
   * @param least ms on an idle machine
   */
  async shortDeadline(least: number): Promise<number> {
    const started = performance.now()
    const repository = await this.repository()
    for (let reads = 0; reads < READS; reads++) {
      // The answer does not matter here, and a broken store need not answer.
      await repository.read(['0'.repeat(24)], deadline()).catch(() => undefined)
    }
    await repository.close()
    const took = performance.now() - started
    return Math.round(Math.min(Math.max(least * holdUp(), SLACK * took), MOST_DEADLINE))
  }

  /** The options of an instance, with its own connection. */
  options(overrides: InstanceOverrides = {}): TokenwardOptions {
    const { connect, server, keys, lease } = this.environment
    const { namespace, clock } = this
    return instanceOptions({ connect, url: server.url, namespace, keys, clock, lease }, overrides)
  }

  /**
   * Creates the root with a time of an hour ago: it refuses every external token that was issued before.
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

  /** An instance like one in another process: it shares only the store with the others. */
  async instance<C extends object = object>(
    overrides: InstanceOverrides = {},
  ): Promise<Tokenward<C>> {
    if (!this.#prepared.has(overrides.namespace ?? this.namespace)) await this.prepare(overrides)
    const instance = await this.environment.engine.createTokenward<C>(this.options(overrides))
    this.#closers.push(() => instance.close())
    return yielding(instance, this.environment)
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

  /** Closes everything, even if one close fails: that failure is thrown afterwards. */
  async close(): Promise<void> {
    const failures: unknown[] = []
    for (const close of this.#closers.reverse()) {
      await close().catch((error: unknown) => failures.push(error))
    }
    if (failures.length > 0) throw failures[0]
  }
}
