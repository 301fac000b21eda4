import type { CaseContext } from '../harness/case-context.ts'
import { InProcessRunner } from './in-process.ts'
import type { AnswerOf, ArgsOf, TaskName } from './tasks/all.ts'
import { WorkerPool } from './worker-pool.ts'

/** Runs tasks: in child processes, or in this process if no other can read the store. */
export interface TaskRunner {
  readonly size: number
  /**
   * @param args of each worker
   * @returns the answer of each
   */
  run<N extends TaskName>(task: N, args: readonly ArgsOf<N>[]): Promise<AnswerOf<N>[]>
}

/** Starts this many processes where they can share the store, and otherwise uses this one. */
export async function startTaskRunner(
  context: CaseContext,
  processes: number,
): Promise<TaskRunner> {
  return context.environment.capabilities.shared
    ? await WorkerPool.start(context, processes)
    : new InProcessRunner(context)
}
