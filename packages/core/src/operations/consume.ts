import type { Context } from '../context.ts'
import { collectEvidence, decideNow } from '../decision/collect.ts'
import { invalidClaim, isExpired } from '../decision/decide.ts'
import { active, eventFields, isInactive, refuse } from '../decision/outcome.ts'
import { precheck } from '../decision/precheck.ts'
import type { Refusal } from '../decision/types.ts'
import { parseConsumeOptions } from '../input/consume.schema.ts'
import { recordFields } from '../issuing/token-record.ts'
import type { Authenticated } from '../jwt/authenticated.ts'
import { TYP } from '../jwt/authenticator.ts'
import { untilLeasesEnd } from '../lease/lapse.ts'
import { isUsable, type Lookup } from '../records/body.ts'
import type { Token } from '../records/token.ts'
import { randomId } from '../scopes/random.ts'
import { type Plan, updateAndSee } from '../store/conditional-write.ts'
import type { Deadline } from '../store/deadline.ts'
import type { Snapshot } from '../store/store.ts'
import { consumeToken } from '../transitions/token.ts'
import type { ConsumeOptions } from '../types/call-options.ts'
import type { Inactive, VerifyResult } from '../types/results.ts'

/** Verifies an access token and uses it up: active for exactly one call. */
export async function consume<C extends object>(
  context: Context,
  token: unknown,
  options?: ConsumeOptions,
): Promise<VerifyResult<C>> {
  const { policy, keyDeriver, events } = context
  const { idempotencyKey, ...requirements } = parseConsumeOptions(options)
  if (requirements.kind === 'refresh') return refuse(invalidClaim('typ', TYP.access))
  const deadline = context.deadline()
  const authenticated = await precheck(context, token, requirements, deadline)
  if (isInactive(authenticated)) return authenticated
  const mark: ConsumeMark = {
    id: randomId(),
    idempotency:
      idempotencyKey && (await keyDeriver.idempotency(authenticated.tokenKey, idempotencyKey)),
  }
  const refusal = await markConsumed(context, authenticated, mark, deadline)
  if (refusal !== null) return refusal
  // The token may have expired during the write.
  if (isExpired(authenticated.facts.expiresAt, policy, policy.clock())) return refuse('expired')
  events.emit('consumed', eventFields(authenticated))
  return active(authenticated, true)
}

/** How this call recognizes its own consumption. */
interface ConsumeMark {
  readonly id: string
  readonly idempotency: string | undefined
}

async function markConsumed(
  context: Context,
  token: Authenticated,
  mark: ConsumeMark,
  deadline: Deadline,
): Promise<Inactive | null> {
  const { policy, store } = context
  const fields = recordFields(policy, token)
  const plan = (current: Snapshot): Plan<Inactive | null> => {
    const evidence = collectEvidence(context, current, token)
    const decision = decideNow(context, token.facts, evidence)
    const found = evidence?.token ?? null
    if (!decision.active)
      return { done: consumedByThisCall(found, decision, mark) ? null : refuse(decision) }
    const { id, idempotency } = mark
    const consumed = { id, at: policy.clock(), ...(idempotency !== undefined && { idempotency }) }
    const stored = isUsable(found) ? found : null
    const record = consumeToken(stored, fields, consumed)
    return {
      write: { record, expected: stored?.record.etag ?? null },
      onStored: () => null,
    }
  }
  const { result, seen } = await updateAndSee(store, deadline, token.recordKeys, plan)
  if (result === null) await untilLeasesEnd(context, seen)
  return result
}

// Consumed by this call, or by an earlier one with the same idempotency key.
function consumedByThisCall(
  found: Lookup<Token>,
  { reason, decidedBy }: Refusal,
  { id, idempotency }: ConsumeMark,
): boolean {
  if (reason !== 'consumed' || decidedBy !== 'token' || !isUsable(found)) return false
  const { consumed } = found.body
  return consumed?.id === id || (idempotency !== undefined && consumed?.idempotency === idempotency)
}
