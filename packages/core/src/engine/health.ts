import { isTokenwardError } from '../errors/errors.ts'
import { Budget } from '../store/budget.ts'
import type { Health } from './answers.ts'
import type { Context } from './context.ts'
import { rootIn } from './evidence.ts'

/** Whether the store answers, and has this world's root. Never throws for what it finds. */
export async function health(context: Context): Promise<Health> {
  const { repository, capabilities, findings, store, naming, policy } = context
  const about = { adapter: repository.name, capabilities, findings }
  const started = performance.now()
  try {
    const root = rootIn(context, await store.read([naming.root], new Budget(policy.deadline)))
    const latency = performance.now() - started
    if (root !== 'damaged') return { ok: true, ...about, latency }
    return {
      ok: false,
      ...about,
      latency,
      error: new Error('The root record cannot be read: every token is refused.'),
    }
  } catch (error) {
    if (isTokenwardError(error, 'TOKENWARD_CLOSED') || !(error instanceof Error)) throw error
    return { ok: false, ...about, latency: performance.now() - started, error }
  }
}
