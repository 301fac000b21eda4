import type { TokenRepository, Tokenward } from '@tokenward/core'
import type { InstanceOverrides } from '../harness/case-context.ts'
import type { Random } from '../harness/random.ts'
import type { Memoize } from './memoize.ts'

/** What a task works with: the child's side of a bench. */
export interface TaskContext {
  /** Which of the processes this is, from 0, and of how many. */
  readonly worker: number
  readonly workers: number
  readonly random: Random
  /** Stands where the clock of the case stood when the run began. */
  readonly clock: () => number
  /** Monotonic ns since the crew started, on one clock of all processes. */
  instant(): number
  /** An open repository with a connection of its own. */
  repository(): Promise<TokenRepository>
  /** An instance with a connection of its own. */
  instance(overrides?: InstanceOverrides): Promise<Tokenward>
  instances(count: number, overrides?: InstanceOverrides): Promise<readonly Tokenward[]>
  /** What outlives the run: made when it is first asked for. */
  readonly memoize: Memoize
  /**
   * Waits until so many have arrived there, counted over all processes of this run.
   * @param arrivals default: one of each process
   */
  barrier(name: string, arrivals?: number): Promise<void>
}

/** Work for a child process. Arguments and answer go through JSON. */
export type Task<Args, Answer> = (context: TaskContext, args: Args) => Promise<Answer>
