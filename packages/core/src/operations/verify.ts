import type { Context } from '../context.ts'
import { collectEvidence, decideNow, keysOf } from '../decision/collect.ts'
import { judgeClaims } from '../decision/decide.ts'
import { active, eventFields, isInactive, refuse } from '../decision/outcome.ts'
import { precheck } from '../decision/precheck.ts'
import { isTokenwardError } from '../errors.ts'
import { parseVerifyOptions } from '../input/verify.schema.ts'
import type { Authenticated } from '../jwt/authenticated.ts'
import type { Snapshot } from '../store/conditional-write.ts'
import type { VerifyOptions } from '../types/call-options.ts'
import type { VerifyResult } from '../types/results.ts'

/** Decides whether a token is valid now. */
export async function verify<C extends object>(
  context: Context,
  token: unknown,
  options?: VerifyOptions,
): Promise<VerifyResult<C>> {
  const { policy, store } = context
  const deadline = context.deadline()
  const authenticated = await precheck(context, token, parseVerifyOptions(options), deadline)
  if (isInactive(authenticated)) return authenticated
  let seen: Snapshot
  try {
    seen = await store.read(keysOf(authenticated), deadline)
  } catch (error) {
    if (!policy.failOpen || !isTokenwardError(error, 'TOKENWARD_STORE_UNAVAILABLE')) throw error
    return failOpen(context, authenticated, error)
  }
  const evidence = collectEvidence(context, seen, authenticated)
  const decision = decideNow(context, authenticated.facts, evidence)
  return decision.active ? active(authenticated, true) : refuse(decision)
}

function failOpen<C extends object>(
  context: Context,
  token: Authenticated,
  error: Error,
): VerifyResult<C> {
  const { policy, events } = context
  const refusal = judgeClaims(token.facts, policy, policy.clock())
  if (refusal !== null) return refuse(refusal)
  const { jti: _, ...fields } = eventFields(token)
  events.emit('failedOpen', { ...fields, error })
  return active(token, false)
}
