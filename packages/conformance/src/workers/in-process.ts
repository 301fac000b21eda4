import type { Bench } from '../harness/case-context.ts'
import { Barriers } from './barriers.ts'
import { keeper } from './memoize.ts'
import type { TaskContext } from './task.ts'
import { type AnswerOf, type ArgsOf, type TaskName, taskNamed } from './tasks/all.ts'

/** A crew of one, which is this process: for stores that no other process sees. */
export class Solo {
  readonly size = 1
  readonly #context: TaskContext

  constructor(bench: Bench) {
    this.#context = contextOf(bench)
  }

  async run<N extends TaskName>(task: N, args: readonly ArgsOf<N>[]): Promise<AnswerOf<N>[]> {
    return [(await taskNamed(task)(this.#context, args[0])) as AnswerOf<N>]
  }
}

function contextOf(bench: Bench): TaskContext {
  const origin = process.hrtime.bigint()
  const barriers = new Barriers<() => void>((_, waiting) => waiting.forEach((go) => void go()))
  return {
    member: 0,
    members: 1,
    random: bench.random,
    clock: bench.clock,
    instant: () => Number(process.hrtime.bigint() - origin),
    repository: () => bench.repository(),
    instance: (overrides) => bench.instance(overrides),
    instances: (count, overrides) => bench.instances(count, overrides),
    keep: keeper(),
    barrier: (name, arrivals = 1) => new Promise((go) => barriers.arrive(name, go, arrivals)),
  }
}
