import type { Context } from '../context.ts'
import { type DecidedRecord, decideRecords } from '../inspection/decided-records.ts'
import { allDone, eachPage } from '../inspection/pages.ts'
import { cutoffKeyIn, groupOf, sessionListOf } from '../scopes/groups.ts'
import type { CutoffKeys, Principal } from '../scopes/scopes.ts'
import type { RevocationNote } from '../types/revoke-options.ts'
import { revokeScope } from './revoke-scope.ts'
import { revokeByKey } from './revoke-token.ts'

/**
 * Ends the oldest sessions of a subject, where there are more than `max`. It runs after the new session
 * was stored, and all logins see the sessions in one order: so of concurrent logins the last one to list
 * leaves `max` of them.
 */
export async function endOldest(
  context: Context,
  cutoffKeys: CutoffKeys,
  max: number,
): Promise<void> {
  const [group = ''] = sessionListOf(cutoffKeys)
  let active = 0
  for await (const page of eachPage(context, group)) {
    const decided = await decideRecords(context, page, context.deadline())
    const tooMany = decided.filter(({ decision }) => decision.active && ++active > max)
    await allDone(
      tooMany.map((each) => revokeSessionOf(context, each, { reason: 'too many sessions' })),
    )
  }
}

/**
 * Revokes all sessions of a subject but one, and its tokens without a session.
 * @param kept the key of the cutoff of the session that stays
 * @returns how many were revoked
 */
export async function revokeOthers(
  context: Context,
  principal: Principal,
  kept: string,
  note: RevocationNote,
): Promise<number> {
  const cutoffKeys = await context.keyDeriver.cutoffKeys(principal)
  const group = groupOf('subject', cutoffKeys.get('subject') ?? '')
  const ended = new Set<string | undefined>([kept])
  let count = 0
  for await (const page of eachPage(context, group)) {
    const decided = await decideRecords(context, page, context.deadline())
    const others = decided.filter((each) => {
      const cutoff = sessionCutoffOf(each)
      const isNew = mayBeAccepted(context, each) && !ended.has(cutoff)
      if (isNew && cutoff !== undefined) ended.add(cutoff)
      return isNew
    })
    await allDone(others.map((each) => revokeSessionOf(context, each, note)))
    count += others.length
  }
  return count
}

// The last access token of a session may outlive its refresh token, until the session ends: another instance
// may give access tokens a longer lifetime than this one. The record of a token expires with it.
function mayBeAccepted({ policy }: Context, { decision, record }: DecidedRecord): boolean {
  if (decision.active) return true
  return decision.reason === 'expired' && policy.clock() < record.expiresAt + policy.leeway
}

function sessionCutoffOf({ record }: DecidedRecord): string | undefined {
  return cutoffKeyIn(record.groups, 'session')
}

/** Revokes the session that a record belongs to, or the token where there is none. */
async function revokeSessionOf(
  context: Context,
  each: DecidedRecord,
  note: RevocationNote,
): Promise<unknown> {
  const { key, kind } = each.record
  const cutoff = sessionCutoffOf(each)
  if (cutoff === undefined) return revokeByKey(context, key, note)
  const sessionKey = kind === 'session' ? key : undefined
  return revokeScope(context, { scope: 'session', key: cutoff, sessionKey }, { kind: 'now', note })
}
