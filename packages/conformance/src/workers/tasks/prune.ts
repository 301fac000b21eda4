import type { InstanceOverrides } from '../../harness/instance-options.ts'
import type { Task } from '../task.ts'

export interface Pruning {
  readonly lifetimes: NonNullable<InstanceOverrides['lifetimes']>
  readonly limit: number
}

/** Prunes once. @returns how many records it deleted */
export const prune: Task<Pruning, number> = async (context, { lifetimes, limit }) => {
  const instance = await context.memoize('pruner', () => context.instance({ lifetimes }))
  return (await instance.prune({ limit })).deleted
}
