import { invalidClaim, isExpired } from '../decide/decide.ts'
import type { Refusal } from '../decide/evidence.ts'
import type { VerifyOptions } from '../input/grant.ts'
import { parseConsume } from '../input/want.schema.ts'
import type { Authenticated } from '../jwt/authenticated.ts'
import { TYP } from '../jwt/authenticator.ts'
import { randomId } from '../naming/random.ts'
import type { Found } from '../records/body.ts'
import type { Token } from '../records/token.ts'
import { Budget } from '../store/budget.ts'
import { change, type Step } from '../store/change.ts'
import { consumeToken } from '../transitions/token.ts'
import type { Inactive, VerifyResult } from './answers.ts'
import type { Context } from './context.ts'
import { evidenceIn, judge, keysOf } from './evidence.ts'
import { factsOf } from './facts.ts'
import { inactive } from './inactive.ts'
import { about, active, isInactive, present } from './presenting.ts'

/** Uses an access token up: active for one caller, once. */
export async function consume<C extends object>(
  context: Context,
  token: unknown,
  want?: VerifyOptions & { readonly idempotencyKey?: string },
): Promise<VerifyResult<C>> {
  const { policy, naming, events } = context
  const { idempotencyKey, ...wanted } = parseConsume(want)
  if (wanted.kind === 'refresh') return inactive(invalidClaim('typ', TYP.access))
  const budget = new Budget(policy.deadline)
  const presented = await present(context, token, wanted, budget)
  if (isInactive(presented)) return presented
  const mark: Mark = {
    id: randomId(),
    idempotency: idempotencyKey && (await naming.idempotency(presented.tokenKey, idempotencyKey)),
  }
  const refusal = await use(context, presented, mark, budget)
  if (refusal !== null) return refusal
  // The clock went on while the store wrote.
  if (isExpired(presented.presented.expiresAt, policy, policy.clock())) return inactive('expired')
  events.emit('consumed', about(presented))
  return active(presented, true)
}

interface Mark {
  readonly id: string
  readonly idempotency: string | undefined
}

function use(
  context: Context,
  token: Authenticated,
  mark: Mark,
  budget: Budget,
): Promise<Inactive | null> {
  const { policy, store } = context
  const facts = factsOf(policy, token)
  return change(store, budget, keysOf(token), (seen): Step<Inactive | null> => {
    const evidence = evidenceIn(context, seen, token)
    const decision = judge(context, token.presented, evidence)
    const found = evidence?.token ?? null
    if (!decision.active) return { done: usedBy(found, decision, mark) ? null : inactive(decision) }
    const { id, idempotency } = mark
    const consumed = { id, at: policy.clock(), ...(idempotency !== undefined && { idempotency }) }
    const record = consumeToken(found === 'corrupt' ? null : found, facts, consumed)
    return {
      write: { record, expected: found && found !== 'corrupt' ? found.record.etag : null },
      won: () => null,
    }
  })
}

// Consumed, and by this very call or by an earlier one of the same idempotency key.
function usedBy(
  found: Found<Token>,
  { reason, decidedBy }: Refusal,
  { id, idempotency }: Mark,
): boolean {
  if (reason !== 'consumed' || decidedBy !== 'token' || !found || found === 'corrupt') return false
  const { consumed } = found.body
  return consumed?.id === id || (idempotency !== undefined && consumed?.idempotency === idempotency)
}
