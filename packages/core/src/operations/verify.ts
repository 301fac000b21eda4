import type { Context } from '../context.ts'
import { collectEvidence, decideNow } from '../decision/collect.ts'
import { judgeClaims } from '../decision/decide.ts'
import { active, eventFields, isInactive, refuse } from '../decision/outcome.ts'
import { precheck } from '../decision/precheck.ts'
import { isTokenwardError } from '../errors.ts'
import { parseVerifyOptions } from '../input/verify.schema.ts'
import type { Authenticated } from '../jwt/authenticated.ts'
import type { EvidenceCache } from '../lease/evidence-cache.ts'
import type { Snapshot } from '../store/store.ts'
import type { VerifyOptions } from '../types/call-options.ts'
import type { VerifyResult } from '../types/results.ts'

/** Decides whether a token is valid now. */
export async function verify<C extends object, D extends object>(
  context: Context,
  token: unknown,
  options?: VerifyOptions,
): Promise<VerifyResult<C, D>> {
  const { policy, store } = context
  const deadline = context.deadline()
  const requirements = parseVerifyOptions(options)
  const checked = precheck(context, token, requirements, deadline)
  const authenticated = checked instanceof Promise ? await checked : checked
  if (isInactive(authenticated)) return authenticated
  // Loaded only where it is asked for.
  const data = requirements.data
    ? await (await import('../sealing/record-data.ts')).RecordData.of(context, authenticated)
    : null
  const cache = data || requirements.kind === 'refresh' ? null : context.cache
  const known = cache?.decide(authenticated, () => readAgain(context, cache, authenticated))
  if (known) return known.active ? active(authenticated, true) : refuse(known)
  const start = cache?.start()
  let seen: Snapshot
  try {
    seen = await store.read(data ? data.keys : authenticated.recordKeys, deadline)
  } catch (error) {
    if (!policy.failOpen || !isTokenwardError(error, 'TOKENWARD_STORE_UNAVAILABLE')) throw error
    const result = failOpen<C, D>(context, authenticated, error)
    return data && result.active ? { ...result, data: null } : result
  }
  const evidence = collectEvidence(context, seen, authenticated)
  if (start) cache?.remember(authenticated, evidence, start)
  const decision = decideNow(context, authenticated.facts, evidence)
  if (!decision.active) return refuse(decision)
  const result = active<C, D>(authenticated, true)
  return data ? data.addTo(result, seen, deadline) : result
}

/** For the verifications after this one. */
async function readAgain(
  context: Context,
  cache: EvidenceCache,
  token: Authenticated,
): Promise<void> {
  const start = cache.start()
  const seen = await context.store.read(token.recordKeys, context.deadline())
  cache.remember(token, collectEvidence(context, seen, token), start)
}

function failOpen<C extends object, D extends object>(
  context: Context,
  token: Authenticated,
  error: Error,
): VerifyResult<C, D> {
  const { policy, events } = context
  const refusal = judgeClaims(token.facts, policy, policy.clock())
  if (refusal !== null) return refuse(refusal)
  const { jti: _, ...fields } = eventFields(token)
  events.emit('failedOpen', { ...fields, error })
  return active(token, false)
}
