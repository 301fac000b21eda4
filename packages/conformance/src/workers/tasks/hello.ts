import type { Task } from '../task.ts'

export interface Introduction {
  readonly pid: number
  readonly member: number
  readonly adapter: string
}

/** Says who it is, once everybody is there. */
export const introduce: Task<{ readonly greeting: string }, Introduction> = async (
  context,
  { greeting },
) => {
  const { name } = await context.keep('repository', () => context.repository())
  await context.barrier(greeting)
  return { pid: process.pid, member: context.member, adapter: name }
}
