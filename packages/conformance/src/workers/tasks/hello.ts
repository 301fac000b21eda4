import type { Task } from '../task.ts'

export interface Hello {
  readonly pid: number
  readonly worker: number
  readonly adapter: string
}

/** Returns its identity, once all workers are there. */
export const hello: Task<{ readonly greeting: string }, Hello> = async (context, { greeting }) => {
  const { name } = await context.memoize('repository', () => context.repository())
  await context.barrier(greeting)
  return { pid: process.pid, worker: context.worker, adapter: name }
}
