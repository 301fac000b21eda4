import type { TokenRepository, Tokenward } from '@tokenward/core'
import type { Engine } from '../harness/engine.ts'
import { type InstanceOverrides, instanceOptions, yielding } from '../harness/instance-options.ts'
import type { RepositoryFactory } from '../harness/load-repository.ts'
import { createRandom, type Random } from '../harness/random.ts'
import { memoize } from './memoize.ts'
import type { FromChild, WorkerSettings } from './messages.ts'
import type { TaskContext } from './task.ts'

/** What a child tests: an adapter, and core on top of it. */
export interface Tested {
  readonly connect: RepositoryFactory
  readonly engine: Engine
}

/** What all runs of one child share. */
export class WorkerContext {
  readonly #settings: WorkerSettings
  readonly #tested: Tested
  readonly #send: (message: FromChild) => void
  readonly #random: Random
  readonly #memoize = memoize()
  readonly #waiting = new Map<string, (() => void)[]>()
  #now = 0

  constructor(settings: WorkerSettings, tested: Tested, send: (message: FromChild) => void) {
    this.#settings = settings
    this.#tested = tested
    this.#send = send
    this.#random = createRandom(settings.seed)
  }

  forRun(run: number, now: number): TaskContext {
    const { worker, workers, origin } = this.#settings
    this.#now = now
    return {
      worker,
      workers,
      random: this.#random,
      clock: this.#clock,
      instant: () => Number(process.hrtime.bigint() - BigInt(origin)),
      repository: () => this.#repository(),
      instance: (overrides) => this.#instance(overrides),
      instances: (count, overrides) =>
        Promise.all(Array.from({ length: count }, () => this.#instance(overrides))),
      memoize: this.#memoize,
      barrier: (name, arrivals = workers) => this.#arrive(`${name} of run ${run}`, arrivals),
    }
  }

  /** All workers have arrived at the barrier. */
  pass(barrier: string): void {
    const waiting = this.#waiting.get(barrier)
    this.#waiting.delete(barrier)
    for (const go of waiting ?? []) go()
  }

  readonly #clock = (): number => this.#now

  async #repository(): Promise<TokenRepository> {
    const repository = this.#tested.connect(this.#settings.url, this.#settings.namespace)
    await repository.open()
    return repository
  }

  async #instance(overrides: InstanceOverrides = {}): Promise<Tokenward> {
    const { connect, engine } = this.#tested
    const defaults = { ...this.#settings, connect, clock: this.#clock }
    return yielding(await engine.createTokenward(instanceOptions(defaults, overrides)), defaults)
  }

  #arrive(barrier: string, arrivals: number): Promise<void> {
    return new Promise((go) => {
      this.#waiting.set(barrier, [...(this.#waiting.get(barrier) ?? []), go])
      this.#send({ type: 'arrived', barrier, arrivals })
    })
  }
}
