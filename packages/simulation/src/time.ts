import type { Random } from '@tokenward/conformance/harness'
import { MINUTE, SECOND } from '@tokenward/conformance/harness'
import type { StoredRecord } from '@tokenward/core/adapter'
import type { Machine } from './machine.ts'
import type { OperationRunner } from './operation-runner.ts'
import { ACCESS, REFRESH, type Scenario, SKEW } from './scenario.ts'
import type { SimulatedStore } from './store.ts'
import type { Trace } from './trace.ts'

const HALF_A_MINUTE = 30 * SECOND

/** What time needs from the schedule. */
export interface ScheduleParts {
  readonly store: SimulatedStore
  readonly machines: readonly Machine[]
  readonly runner: OperationRunner
  readonly trace: Trace
}

export interface TimeEvent {
  readonly weight: number
  readonly happen: () => Promise<void>
}

/** All clocks: each machine has its own, and all advance together unless one jumps. */
export class Time {
  readonly #schedule: ScheduleParts
  readonly #scenario: Scenario
  readonly #random: Random
  #jumps: number
  #outage: boolean

  constructor(schedule: ScheduleParts, scenario: Scenario, random: Random) {
    this.#schedule = schedule
    this.#scenario = scenario
    this.#random = random
    this.#jumps = scenario.jumps
    this.#outage = scenario.outage
  }

  /** At the start: from here on each machine has its own. */
  setClocks(): void {
    for (const machine of this.#schedule.machines) machine.clock += this.#offset()
  }

  events(): TimeEvent[] {
    const events: TimeEvent[] = []
    if (this.#outage) events.push({ weight: 0.3, happen: () => this.#startOutage() })
    if (this.#jumps === 0) return events
    events.push({ weight: 0.6, happen: () => this.#advance() })
    if (this.#scenario.apart > SKEW) events.push({ weight: 0.6, happen: () => this.#jump() })
    return events
  }

  /** Time passes until a machine's next timer fires: it aborts, or retries. */
  async untilTimer(machine: Machine): Promise<void> {
    const ms = machine.nextTimer ?? 0
    this.#schedule.trace.add(() => `${machine.name} waits ${ms} ms, until its next timer`)
    this.#advanceClocks(ms)
    await this.#elapse(machine, ms)
  }

  /** What happens within the margin happens before a longer time passes. */
  async pass(ms: number): Promise<void> {
    this.#schedule.trace.add(() => `${ms} ms pass`)
    if (ms >= HALF_A_MINUTE) this.#schedule.store.landPending()
    this.#advanceClocks(ms)
    for (const machine of this.#schedule.machines) {
      const isSuspended = this.#mayBeSuspended(machine, ms) && this.#random.chance(0.5)
      if (!isSuspended) await this.#elapse(machine, ms)
    }
  }

  /** To where some cutoff may be pruned, while a session that was issued under it is still active. */
  async towardsPruning(): Promise<void> {
    const edge = this.#random.pick(this.#prunable()).retainUntil
    const ms = edge - this.#schedule.store.clock + this.#random.pick([0, 0, 1, SECOND])
    // The root has no end.
    if (ms > 0 && ms < 10 * REFRESH) await this.pass(ms)
  }

  async #advance(): Promise<void> {
    this.#jumps--
    await this.pass(this.#amount())
  }

  async #startOutage(): Promise<void> {
    this.#outage = false
    const ms = this.#random.pick([200, 900, 3000])
    this.#schedule.trace.add(() => `the store fails for ${ms} ms`)
    this.#schedule.store.downUntil = this.#schedule.store.clock + ms
  }

  async #jump(): Promise<void> {
    this.#jumps--
    const machine = this.#random.pick(this.#schedule.machines)
    const to = this.#schedule.store.clock + this.#offset()
    this.#schedule.trace.add(() => `the clock of ${machine.name} jumps by ${to - machine.clock} ms`)
    this.#set(machine, to)
  }

  async #elapse(machine: Machine, ms: number): Promise<void> {
    const { nextTimer } = machine
    if (nextTimer === null || nextTimer > ms) return machine.elapse(ms)
    for (const operation of this.#schedule.runner.runningOn(machine)) operation.disturbed = true
    await this.#schedule.runner.runOn(machine, () => machine.elapse(ms))
  }

  // A suspended machine does not see its own timers. It is suspended for long only where its
  // operations need no margin: what it writes afterwards must not outlast the cutoffs that it has
  // read.
  #mayBeSuspended(machine: Machine, ms: number): boolean {
    if (ms < HALF_A_MINUTE) return true
    const running = [...this.#schedule.runner.runningOn(machine)]
    return running.every(({ what }) => what === 'verify' || what === 'consume')
  }

  #advanceClocks(ms: number): void {
    this.#schedule.store.clock += ms
    for (const machine of this.#schedule.machines) this.#set(machine, machine.clock + ms)
  }

  #set(machine: Machine, clock: number): void {
    machine.clock = clock
    for (const operation of this.#schedule.runner.runningOn(machine)) {
      operation.earliest = Math.min(operation.earliest, clock)
      operation.latest = Math.max(operation.latest, clock)
    }
  }

  /**
   * Cutoffs where there are some: they can be pruned while the sessions that they affect are still
   * active.
   */
  #prunable(): readonly StoredRecord[] {
    const records = [...this.#schedule.store.records.values()]
    const cutoffs = records.filter(({ kind }) => kind === 'cutoff')
    return cutoffs.length > 0 ? cutoffs : records
  }

  #offset(): number {
    const half = Math.floor(this.#scenario.apart / 2)
    return half === 0 ? 0 : this.#random.below(2 * half + 1) - half
  }

  #amount(): number {
    const random = this.#random
    const { theme, grace, lease } = this.#scenario
    // To where a lease ends, and to where a revocation that waits for it does.
    if (lease > 0 && random.chance(0.8))
      return random.pick([1, lease / 2, lease - 1, lease, 1.02 * lease + 4, 1.02 * lease + 6])
    if (random.chance(theme === 'rotating' ? 0.1 : 0.4)) return this.#toAnEdge()
    const window = [grace - 1, grace, 0.6 * grace, 0.6 * grace, grace + SKEW - 1, grace + SKEW]
    const short = [1, 900, SECOND, ...window, grace + SKEW + SECOND]
    const long = [ACCESS - 1, ACCESS, REFRESH - MINUTE, REFRESH, 2 * REFRESH]
    return Math.max(1, random.pick(theme === 'time' ? [...short, ...long] : short))
  }

  /**
   * To where a token expires or a record may be pruned, by some machine's clock; one ms early or late.
   */
  #toAnEdge(): number {
    const random = this.#random
    const { clock } = random.pick(this.#schedule.machines)
    const edge =
      this.#scenario.theme === 'time' && random.chance(0.7)
        ? random.pick(this.#prunable()).retainUntil
        : random.pick(this.#schedule.runner.tokens).expiresAt
    const ms = edge - clock + random.pick([-1, 0, 1])
    // The root has no end.
    return ms > 0 && ms < 10 * REFRESH ? ms : 1
  }
}
