import type { Overrides } from '../../harness/case-context.ts'
import type { Task } from '../task.ts'

export interface Pruning {
  readonly lifetimes: NonNullable<Overrides['lifetimes']>
  readonly limit: number
}

/** Prunes once. @returns how many records it deleted */
export const prune: Task<Pruning, number> = async (context, { lifetimes, limit }) => {
  const instance = await context.keep('pruner', () => context.instance({ lifetimes }))
  return (await instance.prune({ limit })).deleted
}
