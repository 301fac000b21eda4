import type { CaseContext } from '../harness/case-context.ts'
import { InProcessRunner } from './in-process.ts'
import type { AnswerOf, ArgsOf, TaskName } from './tasks/all.ts'
import { WorkerPool } from './worker-pool.ts'

/** Whoever runs tasks: child processes, or this process where nobody else sees the store. */
export interface TaskRunner {
  readonly size: number
  /** @param args of each member @returns the answer of each */
  run<N extends TaskName>(task: N, args: readonly ArgsOf<N>[]): Promise<AnswerOf<N>[]>
}

/** So many processes where they can share the store, else this one. */
export async function startTaskRunner(
  context: CaseContext,
  processes: number,
): Promise<TaskRunner> {
  return context.environment.capabilities.shared
    ? await WorkerPool.start(context, processes)
    : new InProcessRunner(context)
}
