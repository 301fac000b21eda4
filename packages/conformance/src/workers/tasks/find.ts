import { deadline } from '../../harness/timeouts.ts'
import type { Task } from '../task.ts'

/** Whether this process sees a record. */
export const find: Task<{ readonly key: string }, boolean> = async (context, { key }) => {
  const repository = await context.memoize('repository', () => context.repository())
  const [found] = await repository.read([key], deadline())
  return found !== null
}
