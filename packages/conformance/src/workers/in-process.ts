import type { CaseContext } from '../harness/case-context.ts'
import { Barriers } from './barriers.ts'
import { memoize } from './memoize.ts'
import type { TaskContext } from './task.ts'
import { type AnswerOf, type ArgsOf, type TaskName, taskNamed } from './tasks/all.ts'

/** A pool of one worker, which is this process: for stores that other processes cannot read. */
export class InProcessRunner {
  readonly size = 1
  readonly #context: TaskContext

  constructor(context: CaseContext) {
    this.#context = contextOf(context)
  }

  async run<N extends TaskName>(task: N, args: readonly ArgsOf<N>[]): Promise<AnswerOf<N>[]> {
    return [(await taskNamed(task)(this.#context, args[0])) as AnswerOf<N>]
  }
}

function contextOf(context: CaseContext): TaskContext {
  const origin = process.hrtime.bigint()
  const barriers = new Barriers<() => void>((_, waiting) => waiting.forEach((go) => void go()))
  return {
    worker: 0,
    workers: 1,
    random: context.random,
    clock: context.clock,
    instant: () => Number(process.hrtime.bigint() - origin),
    repository: () => context.repository(),
    instance: (overrides) => context.instance(overrides),
    instances: (count, overrides) => context.instances(count, overrides),
    memoize: memoize(),
    barrier: (name, arrivals = 1) => new Promise((go) => barriers.arrive(name, go, arrivals)),
  }
}
