import { createRandom, type Random } from '@tokenward/conformance/harness'
import type { Call } from './call.ts'
import { DataLoss } from './data-loss.ts'
import type { DeterministicHost } from './deterministic-host.ts'
import { OperationGenerator, type OperationRequest, SCOPES } from './generate-operation.ts'
import type { History, Operation } from './history.ts'
import type { InitialState } from './initial-state.ts'
import type { PooledInstance } from './instance-pool.ts'
import { Machine } from './machine.ts'
import { OperationRunner } from './operation-runner.ts'
import { BASE, type Scenario, SKEW } from './scenario.ts'
import { SimulatedStore } from './store.ts'
import { Time } from './time.ts'
import { Trace } from './trace.ts'

/** What can happen next, and how likely. */
interface Event {
  readonly weight: number
  readonly happen: () => void | Promise<void>
}

/** More than any schedule takes: an endless one is detected. */
const MOST_STEPS = 20_000

/** Machines that race on one store, one event at a time, in an order that the seed decides. */
export class Schedule {
  readonly trace: Trace
  readonly store: SimulatedStore
  readonly runner: OperationRunner
  readonly #machines: readonly Machine[]
  readonly #scenario: Scenario
  /** All operations, including those before the schedule. */
  readonly #maxOperations: number
  readonly #random: Random
  readonly #time: Time
  readonly #dataLoss: DataLoss
  readonly #generator: OperationGenerator

  constructor(
    host: DeterministicHost,
    scenario: Scenario,
    start: InitialState,
    seed: number,
    traced: boolean,
  ) {
    this.#scenario = scenario
    this.#random = createRandom(seed)
    this.trace = new Trace(traced)
    const stored = { records: new Map(start.records), clock: BASE }
    this.store = new SimulatedStore(stored, scenario, this.#random, this.trace)
    this.#maxOperations = start.operations.length + scenario.operations
    this.runner = new OperationRunner(host, this.store, start, this.trace)
    const names = Array.from({ length: scenario.machines }, (_, i) => `m${i + 1}`)
    this.#machines = names.map((name) => new Machine(name, BASE))
    const schedule = { ...this, machines: this.#machines, runner: this.runner }
    this.#time = new Time(schedule, scenario, this.#random)
    this.#dataLoss = new DataLoss(this.store, scenario.durability, this.#random, this.trace)
    this.#generator = new OperationGenerator(this.#random, scenario, this.runner)
  }

  /** An evicting store is not pruned. */
  get isEvicting(): boolean {
    return this.#scenario.durability === 'evicting'
  }

  get isSealed(): boolean {
    return this.#scenario.isSealed
  }

  async run(pooled: readonly PooledInstance[]): Promise<void> {
    for (const [i, machine] of this.#machines.entries()) {
      this.runner.assign(machine, pooled[i] as PooledInstance)
    }
    this.#time.setClocks()
    if (this.#scenario.theme === 'pruning') await this.#time.towardsPruning()
    while (await this.#next()) {
      if (++this.trace.step > MOST_STEPS) throw new Error('the schedule does not end')
    }
    this.store.heal()
    if (this.#scenario.theme === 'time') await this.#time.towardsPruning()
  }

  /** A separate machine on the current records, with the store's clock. */
  checker(assign: PooledInstance): Machine {
    const machine = new Machine('checker', this.store.clock)
    this.runner.assign(machine, assign)
    return machine
  }

  async check(
    machine: Machine,
    requests: readonly OperationRequest[],
  ): Promise<readonly Operation[]> {
    this.trace.step++
    return this.runner.finish(machine, requests)
  }

  /** On an evicting store, a login at the end, which must be active whatever was evicted. */
  lastLogin(): OperationRequest[] {
    if (!this.isEvicting) return []
    const { subject, client } = this.#random.pick(this.runner.tokens)
    return [
      { what: 'issue', subject, client, refresh: true, claims: 'none', counts: this.isSealed },
    ]
  }

  /** Operations that show a cutoff that was pruned too early or too late. */
  afterPrune(): OperationRequest[] {
    const { tokens } = this.runner
    const of = this.#random.pick(tokens)
    const scope = this.#random.pick(SCOPES.filter((one) => one !== 'session'))
    const revocation = { scope, kind: 'access', before: null, of } as const
    const session = tokens.findLast(({ kind }) => kind === 'refresh')
    if (session !== undefined && this.#random.chance(0.5)) {
      return [{ what: 'rotate', token: session, givesClaims: false }]
    }
    return [{ what: 'revoke', revocation, by: 'target' }]
  }

  history(pruned: History['pruned']): History {
    const { grace, policy, apart, lease } = this.#scenario
    const { operations, tokens } = this.runner
    return {
      operations,
      tokens,
      grace,
      pruned,
      denylist: policy === 'denylist',
      isLeased: lease > 0,
      together: apart <= SKEW,
      reverted: this.#dataLoss.reverted,
      lastEviction: this.#dataLoss.lastEviction,
      storeFaults: this.store.faults,
    }
  }

  async #next(): Promise<boolean> {
    const events: Event[] = this.#machines.flatMap((machine) => this.#eventsOf(machine))
    if (events.length === 0) return false
    for (const write of this.store.lateWrites) {
      events.push({ weight: 0.7, happen: () => this.store.land(write) })
    }
    events.push(...this.#time.events(), ...this.#dataLoss.events())
    if (this.#random.chance(0.1)) this.#changeSpeeds()
    await this.#pick(events).happen()
    return true
  }

  #eventsOf(machine: Machine): Event[] {
    const { weight } = machine
    const busy = this.runner.runningOn(machine).size
    const events: Event[] = []
    for (const call of this.store.callsOf(machine)) {
      if (call.ahead.length === 0 && call.ending === 'silent') continue
      events.push({ weight: weight * 2, happen: () => this.#move(call) })
    }
    if (busy > 0 && machine.nextTimer !== null) {
      const impatience = events.length === 0 ? 1 : 0.02 * this.#scenario.faults
      events.push({ weight: weight * impatience, happen: () => this.#time.untilTimer(machine) })
    }
    if (this.runner.operations.length < this.#maxOperations && busy < 2) {
      const eagerness = busy === 0 ? 1 : 0.4
      events.push({ weight: weight * eagerness, happen: () => this.#start(machine) })
    }
    return events
  }

  async #move(call: Call): Promise<void> {
    if (call.ending !== 'request-lost' && call.ahead.length > 0) return this.store.happen(call)
    const { machine } = call
    for (const operation of this.runner.runningOn(machine)) {
      if (call.ending === 'answered') operation.answers++
      else operation.disturbed = true
    }
    await this.runner.runOn(machine, () => this.store.answer(call))
  }

  // Sometimes two of one process in one turn: they share a round trip.
  #start(machine: Machine): Promise<void> {
    const isFree = this.runner.runningOn(machine).size === 0
    const count = isFree && this.#random.chance(0.15) ? 2 : 1
    const requests = Array.from({ length: count }, () => this.#generator.next(machine))
    return this.runner.start(machine, requests)
  }

  /** From here on some machines are much slower than others. */
  #changeSpeeds(): void {
    for (const machine of this.#machines) machine.weight = this.#random.pick([1, 1, 5, 25])
  }

  #pick(events: readonly Event[]): Event {
    let left = this.#random.next() * events.reduce((sum, { weight }) => sum + weight, 0)
    for (const event of events) {
      left -= event.weight
      if (left < 0) return event
    }
    return events[0] as Event
  }
}
