import { invalidClaim, judgeClaims } from '../decide/decide.ts'
import type { Refusal } from '../decide/evidence.ts'
import { UnsupportedOperation } from '../errors/errors.ts'
import { isRefusal, TYP } from '../jwt/authenticator.ts'
import { randomId } from '../naming/random.ts'
import { decodeToken } from '../records/token.ts'
import { Budget } from '../store/budget.ts'
import { change, type Step } from '../store/change.ts'
import { insertToken } from '../transitions/token.ts'
import type { SaveResult } from './answers.ts'
import type { Context } from './context.ts'
import { evidenceIn, judge, keysOf } from './evidence.ts'
import { factsOf } from './facts.ts'
import { whyOf } from './inactive.ts'

/** Takes a token that was signed elsewhere, or before, into the allowlist. A tombstone wins. */
export async function save(context: Context, token: unknown): Promise<SaveResult> {
  const { policy, authenticator, store, repository } = context
  if (policy.absentRefuses)
    throw new UnsupportedOperation(
      `${repository.name} may forget a revocation, and a token that was signed elsewhere with it: issue() tokens here, or use a durable store.`,
    )
  const budget = new Budget(policy.deadline)
  const found = await authenticator.authenticate(token, budget)
  if (isRefusal(found)) return notSaved(found)
  const { presented } = found
  const refusal =
    presented.kind === 'refresh'
      ? invalidClaim('typ', TYP.access)
      : judgeClaims(presented, policy, policy.clock())
  if (refusal !== null) return notSaved(refusal)
  const id = randomId()
  const done: SaveResult = { saved: true, expiresAt: presented.expiresAt }
  return change(store, budget, keysOf(found), (seen): Step<SaveResult> => {
    const decision = judge(
      context,
      { ...presented, needs: 'nothing' },
      evidenceIn(context, seen, found),
    )
    if (!decision.active) return { done: notSaved(decision) }
    if (decodeToken(seen.get(found.tokenKey) ?? null) !== null) return { done }
    const record = insertToken(factsOf(policy, found), id)
    return { write: { record, expected: null }, won: () => done }
  })
}

function notSaved(refusal: Refusal): SaveResult {
  const { reason, decidedBy } = refusal
  return { saved: false, reason, ...(decidedBy && { decidedBy }), ...whyOf(refusal) }
}
