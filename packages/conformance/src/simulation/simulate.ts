import { createHash } from 'node:crypto'
import type { Engine } from '../bench/engine.ts'
import type { History, Operation, Violation } from './history.ts'
import { Host, realTurn } from './host.ts'
import { invariants } from './invariants/all.ts'
import { Schedule } from './schedule.ts'
import { type Limits, type Retention, type Setting, settingOf } from './setting.ts'
import { Starts } from './start.ts'

export interface Replay {
  readonly seed: number
  readonly retention?: Retention
  readonly limits?: Limits
  /** Keep what happened, line by line. */
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
  readonly #host: Host
  readonly #starts: Starts
  readonly #stray: unknown[] = []
  readonly #hear = (error: unknown): void => void this.#stray.push(error)

  static async create(engine: Engine): Promise<Simulator> {
    const host = new Host()
    const starts = await Starts.create(host, engine)
    host.install()
    return new Simulator(host, starts)
  }

  private constructor(host: Host, starts: Starts) {
    this.#host = host
    this.#starts = starts
    process.on('unhandledRejection', this.#hear)
  }

  async run({
    seed,
    retention = 'durable',
    limits = {},
    traced = false,
  }: Replay): Promise<Outcome> {
    const setting = settingOf(seed, retention, limits)
    const start = await this.#starts.get(setting)
    this.#host.seed(seed)
    const schedule = new Schedule(this.#starts, setting, start, seed, traced)
    const violations: Violation[] = []
    this.#stray.length = 0
    try {
      await schedule.run()
      const pruned = await settle(schedule)
      violations.push(...judge(schedule.history(pruned)))
    } catch (error) {
      violations.push({ invariant: 'ends', message: String(error) })
    }
    // Node tells of a rejection that nobody heard after the turn it happened in.
    await realTurn()
    for (const error of this.#stray) {
      violations.push({ invariant: 'I11 nothing goes unheard', message: String(error) })
    }
    const { step: steps, lines: trace } = schedule.trace
    const operations = schedule.actors.operations.length
    return { seed, violations, steps, operations, trace, setting }
  }

  close(): void {
    process.off('unhandledRejection', this.#hear)
    this.#host.restore()
  }
}

/** Of a traced schedule: two that are the same have the same. */
export function traceHash({ trace }: Outcome): string {
  return createHash('sha256').update(trace.join('\n')).digest('hex')
}

export function judge(history: History): Violation[] {
  return invariants.flatMap((invariant) => [...invariant(history)])
}

/** At rest: every token is asked about by a fresh ward; sometimes before and after a prune, later. */
async function settle(schedule: Schedule): Promise<History['pruned']> {
  const machine = await schedule.checker()
  const verify = schedule.actors.tokens.map((token) => ({ what: 'verify', token }) as const)
  const before = await schedule.check(machine, verify)
  const prunable = [...schedule.store.records.values()].some(
    ({ retainUntil }) => retainUntil <= machine.clock,
  )
  if (!prunable) return []
  await schedule.check(machine, [{ what: 'prune' }])
  const after = await schedule.check(machine, verify)
  return before.map((operation, i) => [operation, after[i] as Operation] as const)
}
