import type { Context } from '../context.ts'
import { collectEvidence, decideNow, keysOf } from '../decision/collect.ts'
import { invalidClaim, isExpired } from '../decision/decide.ts'
import { refuse } from '../decision/outcome.ts'
import { active, eventFields, isInactive, precheck } from '../decision/precheck.ts'
import type { Refusal } from '../decision/types.ts'
import { parseConsume } from '../input/verify.schema.ts'
import { recordFields } from '../issuing/token-record.ts'
import type { Authenticated } from '../jwt/authenticated.ts'
import { TYP } from '../jwt/authenticator.ts'
import type { Lookup } from '../records/body.ts'
import type { Token } from '../records/token.ts'
import { randomId } from '../scopes/random.ts'
import { type Plan, updateRecord } from '../store/conditional-write.ts'
import { Deadline } from '../store/deadline.ts'
import { consumeToken } from '../transitions/token.ts'
import type { VerifyOptions } from '../types/call-options.ts'
import type { Inactive, VerifyResult } from '../types/results.ts'

/** Uses an access token up: active for one caller, once. */
export async function consume<C extends object>(
  context: Context,
  token: unknown,
  options?: VerifyOptions & { readonly idempotencyKey?: string },
): Promise<VerifyResult<C>> {
  const { policy, keyDeriver, events } = context
  const { idempotencyKey, ...requirements } = parseConsume(options)
  if (requirements.kind === 'refresh') return refuse(invalidClaim('typ', TYP.access))
  const deadline = new Deadline(policy.deadline)
  const authenticated = await precheck(context, token, requirements, deadline)
  if (isInactive(authenticated)) return authenticated
  const mark: ConsumeMark = {
    id: randomId(),
    idempotency:
      idempotencyKey && (await keyDeriver.idempotency(authenticated.tokenKey, idempotencyKey)),
  }
  const refusal = await markConsumed(context, authenticated, mark, deadline)
  if (refusal !== null) return refusal
  // The clock went on while the store wrote.
  if (isExpired(authenticated.facts.expiresAt, policy, policy.clock())) return refuse('expired')
  events.emit('consumed', eventFields(authenticated))
  return active(authenticated, true)
}

interface ConsumeMark {
  readonly id: string
  readonly idempotency: string | undefined
}

function markConsumed(
  context: Context,
  token: Authenticated,
  mark: ConsumeMark,
  deadline: Deadline,
): Promise<Inactive | null> {
  const { policy, store } = context
  const fields = recordFields(policy, token)
  return updateRecord(store, deadline, keysOf(token), (seen): Plan<Inactive | null> => {
    const evidence = collectEvidence(context, seen, token)
    const decision = decideNow(context, token.facts, evidence)
    const found = evidence?.token ?? null
    if (!decision.active)
      return { done: consumedByThisCall(found, decision, mark) ? null : refuse(decision) }
    const { id, idempotency } = mark
    const consumed = { id, at: policy.clock(), ...(idempotency !== undefined && { idempotency }) }
    const record = consumeToken(found === 'corrupt' ? null : found, fields, consumed)
    return {
      write: { record, expected: found && found !== 'corrupt' ? found.record.etag : null },
      onStored: () => null,
    }
  })
}

// Consumed, and by this very call or by an earlier one of the same idempotency key.
function consumedByThisCall(
  found: Lookup<Token>,
  { reason, decidedBy }: Refusal,
  { id, idempotency }: ConsumeMark,
): boolean {
  if (reason !== 'consumed' || decidedBy !== 'token' || !found || found === 'corrupt') return false
  const { consumed } = found.body
  return consumed?.id === id || (idempotency !== undefined && consumed?.idempotency === idempotency)
}
