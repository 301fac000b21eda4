import { createRandom, type Random } from '@tokenward/conformance/harness'
import type { Call } from './call.ts'
import { Lapses } from './data-loss.ts'
import type { Host } from './deterministic-host.ts'
import { Chooser, type Order, SCOPES } from './generate-operation.ts'
import type { History, Operation } from './history.ts'
import type { Start } from './initial-state.ts'
import type { Seat } from './instance-pool.ts'
import { Machine } from './machine.ts'
import { Actors } from './machines.ts'
import { BASE, type Setting, SKEW } from './scenario.ts'
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
  readonly actors: Actors
  readonly #machines: readonly Machine[]
  readonly #setting: Setting
  /** All operations, including those before the schedule. */
  readonly #most: number
  readonly #random: Random
  readonly #time: Time
  readonly #lapses: Lapses
  readonly #chooser: Chooser

  constructor(host: Host, setting: Setting, start: Start, seed: number, traced: boolean) {
    this.#setting = setting
    this.#random = createRandom(seed)
    this.trace = new Trace(traced)
    const stored = { records: new Map(start.records), clock: BASE }
    this.store = new SimulatedStore(stored, setting, this.#random, this.trace)
    this.#most = start.operations.length + setting.operations
    this.actors = new Actors(host, this.store, start, this.trace)
    const names = Array.from({ length: setting.machines }, (_, i) => `m${i + 1}`)
    this.#machines = names.map((name) => new Machine(name, BASE))
    const course = { ...this, machines: this.#machines, actors: this.actors }
    this.#time = new Time(course, setting, this.#random)
    this.#lapses = new Lapses(this.store, setting.durability, this.#random, this.trace)
    this.#chooser = new Chooser(this.#random, setting, this.actors)
  }

  /** An evicting store is not pruned. */
  get forgets(): boolean {
    return this.#setting.durability === 'evicting'
  }

  async run(seats: readonly Seat[]): Promise<void> {
    for (const [i, machine] of this.#machines.entries()) {
      this.actors.seat(machine, seats[i] as Seat)
    }
    this.#time.setClocks()
    if (this.#setting.theme === 'pruning') await this.#time.towardsPruning()
    while (await this.#next()) {
      if (++this.trace.step > MOST_STEPS) throw new Error('the schedule does not end')
    }
    this.store.heal()
    if (this.#setting.theme === 'time') await this.#time.towardsPruning()
  }

  /** A separate machine on the current records, with the store's clock. */
  checker(seat: Seat): Machine {
    const machine = new Machine('checker', this.store.clock)
    this.actors.seat(machine, seat)
    return machine
  }

  async check(machine: Machine, orders: readonly Order[]): Promise<readonly Operation[]> {
    this.trace.step++
    return this.actors.finish(machine, orders)
  }

  /** On an evicting store, a login at the end, which must be active whatever was evicted. */
  lastLogin(): Order[] {
    if (!this.forgets) return []
    const { subject, client } = this.#random.pick(this.actors.tokens)
    return [{ what: 'issue', subject, client, refresh: true, claims: 'none' }]
  }

  /** Operations that show a cutoff that was pruned too early or too late. */
  afterPrune(): Order[] {
    const { tokens } = this.actors
    const of = this.#random.pick(tokens)
    const scope = this.#random.pick(SCOPES.filter((one) => one !== 'session'))
    const revocation = { scope, kind: 'access', before: null, of } as const
    const session = tokens.findLast(({ kind }) => kind === 'refresh')
    if (session !== undefined && this.#random.chance(0.5)) {
      return [{ what: 'rotate', token: session, brings: false }]
    }
    return [{ what: 'revoke', revocation, by: 'target' }]
  }

  history(pruned: History['pruned']): History {
    const { grace, policy, apart } = this.#setting
    const { operations, tokens } = this.actors
    return {
      ...{ operations, tokens, grace, pruned },
      denylist: policy === 'denylist',
      together: apart <= SKEW,
      wentBack: this.#lapses.wentBack,
      forgot: this.#lapses.forgot,
      storeFaults: this.store.faults,
    }
  }

  async #next(): Promise<boolean> {
    const events: Event[] = this.#machines.flatMap((machine) => this.#eventsOf(machine))
    if (events.length === 0) return false
    for (const write of this.store.adrift) {
      events.push({ weight: 0.7, happen: () => this.store.land(write) })
    }
    events.push(...this.#time.events(), ...this.#lapses.events())
    if (this.#random.chance(0.1)) this.#favour()
    await this.#pick(events).happen()
    return true
  }

  #eventsOf(machine: Machine): Event[] {
    const { weight } = machine
    const busy = this.actors.runningOn(machine).size
    const events: Event[] = []
    for (const call of this.store.callsOf(machine)) {
      if (call.ahead.length === 0 && call.fate === 'silent') continue
      events.push({ weight: weight * 2, happen: () => this.#move(call) })
    }
    if (busy > 0 && machine.nextTimer !== null) {
      const impatience = events.length === 0 ? 1 : 0.02 * this.#setting.faults
      events.push({ weight: weight * impatience, happen: () => this.#time.untilTimer(machine) })
    }
    if (this.actors.operations.length < this.#most && busy < 2) {
      const eagerness = busy === 0 ? 1 : 0.4
      events.push({ weight: weight * eagerness, happen: () => this.#start(machine) })
    }
    return events
  }

  async #move(call: Call): Promise<void> {
    if (call.fate !== 'request-lost' && call.ahead.length > 0) return this.store.happen(call)
    const { machine } = call
    for (const operation of this.actors.runningOn(machine)) {
      if (call.fate === 'answered') operation.answers++
      else operation.disturbed = true
    }
    await this.actors.wake(machine, () => this.store.answer(call))
  }

  // Sometimes two of one process in one turn: they share a round trip.
  #start(machine: Machine): Promise<void> {
    const isFree = this.actors.runningOn(machine).size === 0
    const count = isFree && this.#random.chance(0.15) ? 2 : 1
    const orders = Array.from({ length: count }, () => this.#chooser.next(machine))
    return this.actors.start(machine, orders)
  }

  /** From here on some machines are much slower than others. */
  #favour(): void {
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
