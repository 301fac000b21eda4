import { createHash } from 'node:crypto'
import type { Engine } from '@tokenward/conformance/harness'
import { generateKeys } from '@tokenward/core'
import { DeterministicHost, realTurn } from './deterministic-host.ts'
import type { History, Operation, Violation } from './history.ts'
import { InitialStates } from './initial-state.ts'
import { InstancePool, type PooledInstance, type SimulationContext } from './instance-pool.ts'
import { invariants } from './invariants/all.ts'
import { type Durability, type Limits, type Scenario, scenarioFor } from './scenario.ts'
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
  readonly scenario: Scenario
}

/**
 * Runs schedules of one engine, each from its seed. Between {@link Simulator.create} and `close` the
 * process has simulated time, chance and signatures: nothing else should run in it.
 */
export class Simulator {
  readonly #context: SimulationContext
  readonly #starts: InitialStates
  readonly #pooled: InstancePool
  readonly #unhandled: unknown[] = []
  readonly #onUnhandled = (error: unknown): void => void this.#unhandled.push(error)

  static async create(engine: Engine): Promise<Simulator> {
    const host = new DeterministicHost()
    const keys = await generateKeys()
    host.install()
    return new Simulator({ host, engine, keys })
  }

  private constructor(context: SimulationContext) {
    this.#context = context
    this.#starts = new InitialStates(context)
    this.#pooled = new InstancePool(context)
    process.on('unhandledRejection', this.#onUnhandled)
  }

  async run({
    seed,
    durability = 'durable',
    limits = {},
    traced = false,
  }: Replay): Promise<Outcome> {
    const scenario = scenarioFor(seed, durability, limits)
    const start = await this.#starts.get(scenario)
    const pooled = await this.#pooled.take(scenario, start.records)
    this.#context.host.seed(seed)
    const schedule = new Schedule(this.#context.host, scenario, start, seed, traced)
    const violations: Violation[] = []
    this.#unhandled.length = 0
    try {
      await schedule.run(pooled)
      const pruned = await settle(schedule, pooled.at(-1) as PooledInstance)
      violations.push(...checkInvariants(schedule.history(pruned)))
    } catch (error) {
      violations.push({ invariant: 'ends', message: String(error) })
    }
    // Node reports an unhandled rejection after the turn in which it happened.
    await realTurn()
    for (const error of this.#unhandled) {
      violations.push({ invariant: 'I11 no rejection is unhandled', message: String(error) })
    }
    if (violations.length === 0) this.#pooled.release(scenario, pooled)
    const { step: steps, lines: trace } = schedule.trace
    const operations = schedule.runner.operations.length - start.operations.length
    return { seed, violations, steps, operations, trace, scenario }
  }

  close(): void {
    process.off('unhandledRejection', this.#onUnhandled)
    this.#context.host.restore()
  }
}

/** The hash of a traced schedule: equal schedules have equal hashes. */
export function traceHash({ trace }: Outcome): string {
  return createHash('sha256').update(trace.join('\n')).digest('hex')
}

function checkInvariants(history: History): Violation[] {
  return invariants.flatMap((invariant) => [...invariant(history)])
}

/** At the end: one more instance verifies every token, before and after a prune where there is one. */
async function settle(schedule: Schedule, assign: PooledInstance): Promise<History['pruned']> {
  const machine = schedule.checker(assign)
  const verifyAll = () =>
    schedule.check(
      machine,
      schedule.runner.tokens.map((token) => ({ what: 'verify', token, data: schedule.isSealed })),
    )
  await schedule.check(machine, schedule.lastLogin())
  const before = await verifyAll()
  if (schedule.isEvicting) return []
  const records = [...schedule.store.records.values()]
  if (records.every(({ retainUntil }) => retainUntil > machine.clock)) return []
  await schedule.check(machine, [{ what: 'prune' }])
  const after = await verifyAll()
  await schedule.check(machine, schedule.afterPrune())
  await verifyAll()
  return before.map((operation, i) => [operation, after[i] as Operation] as const)
}
