import type { Operation } from '../../linearizability/operation.ts'
import { runWorkload } from '../../linearizability/workload.ts'
import type { Task } from '../task.ts'

export interface Share {
  readonly keys: readonly string[]
  /** Clients in this process, and the calls of each. */
  readonly clients: number
  readonly calls: number
  readonly persistent?: boolean
}

/**
 * Clients of all processes read and write the same few keys concurrently; returns what those here saw.
 */
export const workload: Task<Share, readonly Operation[]> = async (
  context,
  { clients, ...share },
) => {
  const repositories = await context.memoize(`repositories of ${clients} clients`, () =>
    Promise.all(Array.from({ length: clients }, () => context.repository())),
  )
  await context.barrier('ready')
  const { random, worker } = context
  const now = () => context.instant()
  return await runWorkload({ ...share, repositories, random, prefix: `p${worker}`, now })
}
