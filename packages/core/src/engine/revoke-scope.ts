import { WriteIndeterminate } from '../errors/errors.ts'
import type { ParsedRevoke } from '../input/revocation.schema.ts'
import type { Authenticated } from '../jwt/authenticated.ts'
import { randomId } from '../naming/random.ts'
import { Budget } from '../store/budget.ts'
import { change } from '../store/change.ts'
import type { Inactive, Revoked } from './answers.ts'
import type { Context } from './context.ts'
import { whom } from './presenting.ts'
import { type Ask, type CutoffTarget, Raising } from './raising.ts'

/** Raises a scope's cutoff; acknowledged when it resolves. */
export async function revokeScope(
  context: Context,
  target: CutoffTarget,
  options: ParsedRevoke,
  budget: Budget = new Budget(context.policy.deadline),
): Promise<Revoked> {
  const { store, policy, naming, events } = context
  const { scope, key } = target
  const ask: Ask = {
    ...options,
    id: randomId(),
    invokedAt: policy.clock(),
    keepsFirst: scope === 'session',
  }
  const raising = new Raising(context, target, ask)
  const { sessionKey } = target
  const keys = new Set([naming.root, key, ...(sessionKey === undefined ? [] : [sessionKey])])
  const answer = await change(store, budget, keys, (seen) => raising.plan(seen), {
    repeatsSame: false,
  })
  // A cutoff that was acknowledged late may have landed later than its retention allows for.
  if (budget.spent)
    throw new WriteIndeterminate('The revocation was acknowledged after the deadline: repeat it.')
  const { at, first } = answer
  events.emit('revoked', { record: key, scope, at, first, ...whom(target) })
  return answer
}

/** Reuse: the session dies, and is said to be reused only once that is acknowledged. */
export async function revokeReused(
  context: Context,
  token: Authenticated,
  budget: Budget,
): Promise<Inactive> {
  const { subject, client, session = '' } = token.principal
  const key = token.cutoffKeys.get('session') ?? ''
  const note = { reason: 'refresh token reused' }
  const revoked = await revokeScope(
    context,
    { scope: 'session', key, sessionKey: token.sessionKey ?? undefined, subject, client },
    { kind: 'now', note },
    budget,
  )
  const generation = token.presented.generation ?? 0
  context.events.emit('reused', { ...whom({ subject, client }), session, generation })
  return { active: false, reason: 'reused', decidedBy: 'session', at: revoked.at }
}
