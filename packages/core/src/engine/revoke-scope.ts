import type { ParsedRevoke } from '../input/revocation.schema.ts'
import type { Authenticated } from '../jwt/authenticated.ts'
import { randomId } from '../naming/random.ts'
import { Budget } from '../store/budget.ts'
import { change } from '../store/change.ts'
import type { Inactive, Revoked } from './answers.ts'
import type { Context } from './context.ts'
import { whom } from './presenting.ts'
import { type Ask, Raising, type Scope } from './raising.ts'

/** Raises a scope's cutoff; acknowledged when it resolves. */
export async function revokeScope(
  context: Context,
  scope: Scope,
  options: ParsedRevoke,
): Promise<Revoked> {
  const { store, policy, naming, events } = context
  const { level, key } = scope
  const ask: Ask = {
    ...options,
    id: randomId(),
    invokedAt: policy.clock(),
    keepsFirst: level === 'family',
  }
  const raising = new Raising(context, scope, ask)
  const keys = new Set([naming.root, key])
  const answer = await change(
    store,
    new Budget(policy.deadline),
    keys,
    (seen) => raising.plan(seen),
    { repeatsSame: false },
  )
  const { at, first } = answer
  events.emit('revoked', { record: key, level, at, first, ...whom(scope) })
  return answer
}

/** Reuse: the family dies, and is said to be reused only once that is acknowledged. */
export async function revokeReused(context: Context, token: Authenticated): Promise<Inactive> {
  const { subject, client, family = '' } = token.who
  const key = token.scopes.get('family') ?? ''
  const note = { reason: 'refresh token reused' }
  const revoked = await revokeScope(
    context,
    { level: 'family', key, subject, client },
    { kind: 'now', note },
  )
  const generation = token.presented.generation ?? 0
  context.events.emit('reused', { ...whom({ subject, client }), family, generation })
  return { active: false, reason: 'reused', level: 'family', at: revoked.at }
}
