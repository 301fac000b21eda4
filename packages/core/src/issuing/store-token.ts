import type { Context } from '../context.ts'
import { retainToken } from '../policy/policy.ts'
import { randomId } from '../scopes/random.ts'
import { type CutoffKeys, groupsOf, sessionListOf } from '../scopes/scopes.ts'
import type { Deadline } from '../store/deadline.ts'
import { startSession } from '../transitions/session.ts'
import { insertToken } from '../transitions/token.ts'
import { insertNew } from './insert.ts'
import { type AccessTokenFields, type Draft, epochsOf } from './token-drafts.ts'

/** Stores the record of a new session. */
export async function storeSession(
  context: Context,
  { privateClaim, endsAt }: AccessTokenFields,
  session: string,
  refresh: Draft,
  cutoffKeys: CutoffKeys,
  deadline: Deadline,
): Promise<void> {
  const { keyDeriver, policy } = context
  const id = randomId()
  const start = {
    key: await keyDeriver.session(policy.issuer, session),
    groups: [...groupsOf(cutoffKeys), ...sessionListOf(cutoffKeys)],
    endsAt: endsAt ?? privateClaim.issuedAt,
    retainUntil: retainToken(policy, endsAt ?? privateClaim.issuedAt),
    loginAt: privateClaim.issuedAt,
    issuedUnder: epochsOf(privateClaim),
    refreshUntil: refresh.expiresAt,
  }
  await insertNew(context, startSession(start, id), id, deadline)
}

/** Stores the record of an access token under `allowlist`; under `denylist` there is none. */
export async function storeAccess(
  context: Context,
  { privateClaim, jti }: AccessTokenFields,
  draft: Draft,
  cutoffKeys: CutoffKeys,
  deadline: Deadline,
): Promise<void> {
  const { keyDeriver, policy } = context
  if (policy.mode === 'denylist') return
  const id = randomId()
  const fields = {
    key: await keyDeriver.token(policy.issuer, jti),
    groups: groupsOf(cutoffKeys),
    createdAt: privateClaim.issuedAt,
    expiresAt: draft.expiresAt,
    retainUntil: retainToken(policy, draft.expiresAt),
    body: {
      issuedAt: privateClaim.issuedAt,
      loginAt: privateClaim.loginAt,
      issuedUnder: epochsOf(privateClaim),
    },
  }
  await insertNew(context, insertToken(fields, id), id, deadline)
}
