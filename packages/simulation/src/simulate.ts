import { createHash } from 'node:crypto'
import type { Engine } from '@tokenward/conformance/harness'
import { generateKeys } from '@tokenward/core'
import { Host, realTurn } from './deterministic-host.ts'
import type { History, Operation, Violation } from './history.ts'
import { Starts } from './initial-state.ts'
import { type Seat, Seats, type Stage } from './instance-pool.ts'
import { invariants } from './invariants/all.ts'
import { type Durability, type Limits, type Setting, settingOf } from './scenario.ts'
import { Schedule } from './schedule.ts'

export interface Replay {
  readonly seed: number
  readonly durability?: Durability
  readonly limits?: Limits
  /** Whether to keep what happened, line by line. */
  readonly traced?: boolean
}

export interface Outcome {
  readonly seed: number
  readonly violations: readonly Violation[]
  readonly steps: number
  readonly operations: number
  /** Empty unless `traced`. */
  readonly trace: readonly string[]
  readonly setting: Setting
}

/**
 * Runs schedules of one engine, each from its seed. Between {@link Simulator.create} and `close` the
 * process has simulated time, chance and signatures: nothing else should run in it.
 */
export class Simulator {
  readonly #stage: Stage
  readonly #starts: Starts
  readonly #seats: Seats
  readonly #stray: unknown[] = []
  readonly #hear = (error: unknown): void => void this.#stray.push(error)

  static async create(engine: Engine): Promise<Simulator> {
    const host = new Host()
    const keys = await generateKeys()
    host.install()
    return new Simulator({ host, engine, keys })
  }

  private constructor(stage: Stage) {
    this.#stage = stage
    this.#starts = new Starts(stage)
    this.#seats = new Seats(stage)
    process.on('unhandledRejection', this.#hear)
  }

  async run({
    seed,
    durability = 'durable',
    limits = {},
    traced = false,
  }: Replay): Promise<Outcome> {
    const setting = settingOf(seed, durability, limits)
    const start = await this.#starts.get(setting)
    const seats = await this.#seats.take(setting, start.records)
    this.#stage.host.seed(seed)
    const schedule = new Schedule(this.#stage.host, setting, start, seed, traced)
    const violations: Violation[] = []
    this.#stray.length = 0
    try {
      await schedule.run(seats)
      const pruned = await settle(schedule, seats.at(-1) as Seat)
      violations.push(...judge(schedule.history(pruned)))
    } catch (error) {
      violations.push({ invariant: 'ends', message: String(error) })
    }
    // Node reports an unhandled rejection after the turn in which it happened.
    await realTurn()
    for (const error of this.#stray) {
      violations.push({ invariant: 'I11 no rejection is unhandled', message: String(error) })
    }
    if (violations.length === 0) this.#seats.giveBack(setting, seats)
    const { step: steps, lines: trace } = schedule.trace
    const operations = schedule.actors.operations.length - start.operations.length
    return { seed, violations, steps, operations, trace, setting }
  }

  close(): void {
    process.off('unhandledRejection', this.#hear)
    this.#stage.host.restore()
  }
}

/** The hash of a traced schedule: equal schedules have equal hashes. */
export function traceHash({ trace }: Outcome): string {
  return createHash('sha256').update(trace.join('\n')).digest('hex')
}

export function judge(history: History): Violation[] {
  return invariants.flatMap((invariant) => [...invariant(history)])
}

/** At the end: one more instance verifies every token, before and after a prune where there is one. */
async function settle(schedule: Schedule, seat: Seat): Promise<History['pruned']> {
  const machine = schedule.checker(seat)
  const verifyAll = () =>
    schedule.check(
      machine,
      schedule.actors.tokens.map((token) => ({ what: 'verify', token })),
    )
  await schedule.check(machine, schedule.lastLogin())
  const before = await verifyAll()
  if (schedule.forgets) return []
  const records = [...schedule.store.records.values()]
  if (records.every(({ retainUntil }) => retainUntil > machine.clock)) return []
  await schedule.check(machine, [{ what: 'prune' }])
  const after = await verifyAll()
  await schedule.check(machine, schedule.afterPrune())
  await verifyAll()
  return before.map((operation, i) => [operation, after[i] as Operation] as const)
}
