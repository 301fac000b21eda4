import type { Context } from '../context.ts'
import { principalFields } from '../decision/outcome.ts'
import type { Authenticated } from '../jwt/authenticated.ts'
import type { Deadline } from '../store/deadline.ts'
import type { Inactive } from '../types/results.ts'
import { revokeScope } from './revoke-scope.ts'

/** Revokes the session of a reused refresh token. Resolves when the revocation is acknowledged. */
export async function revokeReused(
  context: Context,
  token: Authenticated,
  deadline: Deadline,
): Promise<Inactive> {
  const { subject, client, session = '' } = token.principal
  const key = token.cutoffKeys.get('session') ?? ''
  const note = { reason: 'refresh token reused' }
  const revoked = await revokeScope(
    context,
    { scope: 'session', key, sessionKey: token.sessionKey ?? undefined, subject, client },
    { kind: 'now', note },
    deadline,
  )
  const generation = token.facts.generation ?? 0
  context.events.emit('reused', { ...principalFields({ subject, client }), session, generation })
  return { active: false, reason: 'reused', decidedBy: 'session', at: revoked.at }
}
