import { generateSealingKey, type Tokenward, type TokenwardOptions } from '@tokenward/core'
import type { CaseContext } from '../harness/case-context.ts'
import { HOUR, type TestClock, testClock } from '../harness/clock.ts'
import { createModel, type Model, type Rules } from './model.ts'

/** The setup of the instances of one sequence. */
export interface Setup {
  readonly policy: 'allowlist' | 'denylist'
  readonly isPeppered: boolean
  /** Whether the instances seal, each with a key of its own that the others have, too. */
  readonly isSealed: boolean
  /** ms */
  readonly grace: number
  /** ms */
  readonly leeway: number
  /** By how much each instance's clock is wrong, ms. */
  readonly offsets: readonly number[]
}

const SKEW = 5_000
const LIFETIMES = { access: '10m', refresh: '2h', session: '6h' } as const
const SEALING_KEYS = Array.from({ length: 3 }, () => generateSealingKey())
const PEPPER = new Uint8Array(32).fill(7)

/** Three instances on the real backend, and the transcript of their calls. */
export class SystemUnderTest {
  readonly context: CaseContext
  /** The correct time. */
  readonly clock: TestClock
  readonly instances: Tokenward[] = []
  /** What happened, one line per event. */
  readonly transcript: string[] = []
  readonly #setup: Setup
  readonly #namespace: string

  private constructor(context: CaseContext, setup: Setup) {
    this.context = context
    this.#setup = setup
    this.#namespace = `${context.namespace} ${crypto.randomUUID()}`
    // A whole hour, so that the same choices give the same fractions of seconds again.
    this.clock = testClock(Math.ceil(Date.now() / HOUR) * HOUR)
  }

  static async start(
    context: CaseContext,
    setup: Setup,
  ): Promise<{ system: SystemUnderTest; model: Model }> {
    const system = new SystemUnderTest(context, setup)
    const madeAt = system.clock() - HOUR
    const { engine } = context.environment
    await engine.prepare({ ...system.#options(0), clock: () => madeAt })
    for (const instance of setup.offsets.keys()) system.instances.push(await system.#open(instance))
    return { system, model: createModel(rulesOf(setup), madeAt) }
  }

  instance(index: number): Tokenward {
    const instance = this.instances[index]
    if (instance === undefined) throw new RangeError(`there is no instance ${index}`)
    return instance
  }

  /** The time of an instance's clock. */
  now(instance: number): number {
    return this.clock() + this.#offset(instance)
  }

  /** Advances all clocks until an instance's shows this time; never back. */
  turnTo(instance: number, instant: number): void {
    this.clock.set(Math.max(this.clock(), instant - this.#offset(instance)))
  }

  async restart(instance: number): Promise<void> {
    await this.instance(instance).close()
    this.instances[instance] = await this.#open(instance)
  }

  async close(): Promise<void> {
    await Promise.all(this.instances.map((instance) => instance.close()))
  }

  #offset(instance: number): number {
    return this.#setup.offsets[instance] ?? 0
  }

  #open(instance: number): Promise<Tokenward> {
    return this.context.environment.engine.createTokenward(this.#options(instance))
  }

  #options(instance: number): TokenwardOptions {
    const { policy, isPeppered, isSealed, grace, leeway } = this.#setup
    const [first = generateSealingKey()] = SEALING_KEYS.slice(instance)
    const others = SEALING_KEYS.filter((key) => key !== first)
    return this.context.options({
      namespace: this.#namespace,
      policy,
      grace: `${grace}ms`,
      leeway: `${leeway}ms`,
      skew: `${SKEW}ms`,
      lifetimes: LIFETIMES,
      trust: [{ ...this.context.environment.provider.trusted, maxLifetime: LIFETIMES.refresh }],
      clock: () => this.now(instance),
      ...(isPeppered && { pepper: PEPPER }),
      ...(isSealed && { sealing: [first, ...others] }),
    })
  }
}

function rulesOf({ policy, isSealed, grace, leeway }: Setup): Rules {
  const [access, refresh, session] = [HOUR / 6, 2 * HOUR, 6 * HOUR]
  const durations = { grace, leeway, skew: SKEW, access, refresh, session, maxLifetime: refresh }
  return { policy, isSealed, ...durations }
}
