import { createTokenward, type TokenRepository, type Tokenward } from '@tokenward/core'
import { ISSUER, type Overrides } from '../harness/case-context.ts'
import type { RepositoryFactory } from '../harness/load-repository.ts'
import { createRandom, type Random } from '../harness/random.ts'
import { keeper } from './memoize.ts'
import type { FromChild, Setting } from './messages.ts'
import type { TaskContext } from './task.ts'

/** What all runs of one child share. */
export class Context {
  readonly #setting: Setting
  readonly #connect: RepositoryFactory
  readonly #tell: (message: FromChild) => void
  readonly #random: Random
  readonly #keep = keeper()
  readonly #waiting = new Map<string, (() => void)[]>()
  #now = 0

  constructor(setting: Setting, connect: RepositoryFactory, tell: (message: FromChild) => void) {
    this.#setting = setting
    this.#connect = connect
    this.#tell = tell
    this.#random = createRandom(setting.seed)
  }

  forRun(run: number, now: number): TaskContext {
    const { member, members, origin } = this.#setting
    this.#now = now
    return {
      member,
      members,
      random: this.#random,
      clock: this.#clock,
      instant: () => Number(process.hrtime.bigint() - BigInt(origin)),
      repository: () => this.#repository(),
      instance: (overrides) => this.#instance(overrides),
      instances: (count, overrides) =>
        Promise.all(Array.from({ length: count }, () => this.#instance(overrides))),
      keep: this.#keep,
      barrier: (name, arrivals = members) => this.#arrive(`${name} of run ${run}`, arrivals),
    }
  }

  /** Everybody has arrived at the barrier. */
  pass(barrier: string): void {
    const waiting = this.#waiting.get(barrier)
    this.#waiting.delete(barrier)
    for (const go of waiting ?? []) go()
  }

  readonly #clock = (): number => this.#now

  async #repository(): Promise<TokenRepository> {
    const repository = this.#connect(this.#setting.url, this.#setting.namespace)
    await repository.open()
    return repository
  }

  #instance({ namespace, url, through, ...overrides }: Overrides = {}): Promise<Tokenward> {
    const { keys, ...setting } = this.#setting
    const repository = this.#connect(url ?? setting.url, namespace ?? setting.namespace)
    return createTokenward({
      issuer: ISSUER,
      keys,
      clock: this.#clock,
      deadline: '20s', // As on the bench.
      ...overrides,
      repository: through ? through(repository) : repository,
    })
  }

  #arrive(barrier: string, arrivals: number): Promise<void> {
    return new Promise((go) => {
      this.#waiting.set(barrier, [...(this.#waiting.get(barrier) ?? []), go])
      this.#tell({ say: 'arrived', barrier, arrivals })
    })
  }
}
