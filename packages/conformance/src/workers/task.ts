import type { TokenRepository, Tokenward } from '@tokenward/core'
import type { InstanceOverrides } from '../harness/instance-options.ts'
import type { Random } from '../harness/random.ts'
import type { Memoize } from './memoize.ts'

/** What a task works with: the child's part of a case's context. */
export interface TaskContext {
  /** Its number, from 0, and the number of processes. */
  readonly worker: number
  readonly workers: number
  readonly random: Random
  /** Shows the time of the case's clock when the run began. */
  readonly clock: () => number
  /** Monotonic ns since the pool started, on one clock of all processes. */
  instant(): number
  /** An open repository with its own connection. */
  repository(): Promise<TokenRepository>
  /** An instance with its own connection. */
  instance(overrides?: InstanceOverrides): Promise<Tokenward>
  instances(count: number, overrides?: InstanceOverrides): Promise<readonly Tokenward[]>
  /** Values that outlive the run: made when they are first needed. */
  readonly memoize: Memoize
  /**
   * Waits for this many arrivals, counted over all processes of this run.
   * @param arrivals default: one of each process
   */
  barrier(name: string, arrivals?: number): Promise<void>
}

/** Work for a child process. Arguments and answer go through JSON. */
export type Task<Args, Answer> = (context: TaskContext, args: Args) => Promise<Answer>
