import type { Tokenward, TokenwardOptions } from '@tokenward/core'
import type { Bench } from '../bench/bench.ts'
import { HOUR, type TestClock, testClock } from '../bench/clock.ts'
import { createModel, type Model, type Rules } from './model.ts'

/** How the wards of one sequence are set up. */
export interface Setup {
  readonly policy: 'allowlist' | 'denylist'
  readonly isPeppered: boolean
  /** ms */
  readonly grace: number
  /** ms */
  readonly leeway: number
  /** By how much each ward's clock is wrong, ms. */
  readonly offsets: readonly number[]
}

const SKEW = 5_000
const LIFETIMES = { access: '10m', refresh: '2h', session: '6h' } as const
const PEPPER = new Uint8Array(32).fill(7)

/** Three wards on the real backend, and what is said of them. */
export class System {
  readonly bench: Bench
  /** The right time. */
  readonly clock: TestClock
  readonly wards: Tokenward[] = []
  /** What happened, a line for each event. */
  readonly transcript: string[] = []
  readonly #setup: Setup
  readonly #namespace: string

  private constructor(bench: Bench, setup: Setup) {
    this.bench = bench
    this.#setup = setup
    this.#namespace = `${bench.namespace} ${crypto.randomUUID()}`
    // A whole hour, so that the same choices fall on the same fractions of seconds again.
    this.clock = testClock(Math.ceil(Date.now() / HOUR) * HOUR)
  }

  static async start(bench: Bench, setup: Setup): Promise<{ system: System; model: Model }> {
    const system = new System(bench, setup)
    const madeAt = system.clock() - HOUR
    const { engine } = bench.stage
    await engine.prepare({ ...system.#options(0), clock: () => madeAt })
    for (const ward of setup.offsets.keys()) system.wards.push(await system.#open(ward))
    return { system, model: createModel(rulesOf(setup), madeAt) }
  }

  ward(index: number): Tokenward {
    const ward = this.wards[index]
    if (ward === undefined) throw new RangeError(`there is no ward ${index}`)
    return ward
  }

  /** What a ward's clock says. */
  now(ward: number): number {
    return this.clock() + this.#offset(ward)
  }

  /** Turns all clocks on until a ward's says this; never back. */
  turnTo(ward: number, instant: number): void {
    this.clock.set(Math.max(this.clock(), instant - this.#offset(ward)))
  }

  async restart(ward: number): Promise<void> {
    await this.ward(ward).close()
    this.wards[ward] = await this.#open(ward)
  }

  async close(): Promise<void> {
    await Promise.all(this.wards.map((ward) => ward.close()))
  }

  #offset(ward: number): number {
    return this.#setup.offsets[ward] ?? 0
  }

  #open(ward: number): Promise<Tokenward> {
    return this.bench.stage.engine.createTokenward(this.#options(ward))
  }

  #options(ward: number): TokenwardOptions {
    const { policy, isPeppered, grace, leeway } = this.#setup
    return this.bench.options({
      namespace: this.#namespace,
      policy,
      grace: `${grace}ms`,
      leeway: `${leeway}ms`,
      skew: `${SKEW}ms`,
      lifetimes: LIFETIMES,
      trust: [{ ...this.bench.stage.provider.trusted, maxLifetime: LIFETIMES.refresh }],
      clock: () => this.now(ward),
      ...(isPeppered && { pepper: PEPPER }),
    })
  }
}

function rulesOf({ policy, grace, leeway }: Setup): Rules {
  const [access, refresh, session] = [HOUR / 6, 2 * HOUR, 6 * HOUR]
  return { policy, grace, leeway, skew: SKEW, access, refresh, session, maxLifetime: refresh }
}
