import type { Bench } from '../harness/case-context.ts'
import { Solo } from './in-process.ts'
import type { AnswerOf, ArgsOf, TaskName } from './tasks/all.ts'
import { Crew } from './worker-pool.ts'

/** Whoever runs tasks: child processes, or this process where nobody else sees the store. */
export interface Runners {
  readonly size: number
  /** @param args of each member @returns the answer of each */
  run<N extends TaskName>(task: N, args: readonly ArgsOf<N>[]): Promise<AnswerOf<N>[]>
}

/** So many processes where they can share the store, else this one. */
export async function gather(bench: Bench, processes: number): Promise<Runners> {
  return bench.stage.capabilities.shared ? await Crew.start(bench, processes) : new Solo(bench)
}
