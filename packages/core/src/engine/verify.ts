import { judgeClaims } from '../decide/decide.ts'
import { isTokenwardError } from '../errors/errors.ts'
import type { VerifyOptions } from '../input/grant.ts'
import { parseVerifyOptions } from '../input/want.schema.ts'
import type { Authenticated } from '../jwt/authenticated.ts'
import { Budget } from '../store/budget.ts'
import type { Seen } from '../store/change.ts'
import type { VerifyResult } from './answers.ts'
import type { Context } from './context.ts'
import { evidenceIn, judge, keysOf } from './evidence.ts'
import { inactive } from './inactive.ts'
import { about, active, isInactive, present } from './presenting.ts'

/** Is it still good? */
export async function verify<C extends object>(
  context: Context,
  token: unknown,
  want?: VerifyOptions,
): Promise<VerifyResult<C>> {
  const { policy, store } = context
  const budget = new Budget(policy.deadline)
  const presented = await present(context, token, parseVerifyOptions(want), budget)
  if (isInactive(presented)) return presented
  let seen: Seen
  try {
    seen = await store.read(keysOf(presented), budget)
  } catch (error) {
    if (!policy.failOpen || !isTokenwardError(error, 'TOKENWARD_STORE_UNAVAILABLE')) throw error
    return failOpen(context, presented, error)
  }
  const decision = judge(context, presented.presented, evidenceIn(context, seen, presented))
  return decision.active ? active(presented, true) : inactive(decision)
}

function failOpen<C extends object>(
  context: Context,
  token: Authenticated,
  error: Error,
): VerifyResult<C> {
  const { policy, events } = context
  const refusal = judgeClaims(token.presented, policy, policy.clock())
  if (refusal !== null) return inactive(refusal)
  const { jti: _, ...whom } = about(token)
  events.emit('failedOpen', { ...whom, error })
  return active(token, false)
}
