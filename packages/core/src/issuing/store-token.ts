import type { Context } from '../context.ts'
import { retainToken } from '../policy/policy.ts'
import { toStoredEpochs } from '../records/epochs.ts'
import { groupsOf, sessionListOf } from '../scopes/groups.ts'
import { randomId } from '../scopes/random.ts'
import type { CutoffKeys } from '../scopes/scopes.ts'
import { type Contents, sealContents } from '../sealing/contents.ts'
import type { Deadline } from '../store/deadline.ts'
import { startSession } from '../transitions/session.ts'
import { insertToken } from '../transitions/token.ts'
import type { NewRecord } from './insert.ts'
import type { AccessTokenFields, Draft } from './token-drafts.ts'

/** What the application keeps beside a token. */
export type OwnContents = Pick<Contents, 'data' | 'label'>

/** The record of a new session. */
export async function sessionRecord(
  context: Context,
  { privateClaim, endsAt, subject, client, session = '' }: AccessTokenFields,
  refresh: Draft,
  cutoffKeys: CutoffKeys,
  own: OwnContents,
  deadline: Deadline,
): Promise<NewRecord> {
  const { keyDeriver, policy } = context
  const key = await keyDeriver.session(policy.issuer, session)
  const contents = { subject, client, session, ...own }
  const id = randomId()
  const start = {
    key,
    groups: [...groupsOf(cutoffKeys), ...sessionListOf(cutoffKeys)],
    endsAt: endsAt ?? privateClaim.issuedAt,
    retainUntil: retainToken(policy, endsAt ?? privateClaim.issuedAt),
    loginAt: privateClaim.issuedAt,
    issuedUnder: privateClaim,
    refreshUntil: refresh.expiresAt,
    sealed: await sealContents(context, contents, { kind: 'session', key }, deadline),
  }
  return { record: startSession(start, id), id }
}

/** The record of an access token; `null`: under `denylist` it has none, unless there is data to keep. */
export async function accessRecord(
  context: Context,
  { privateClaim, jti, subject, client }: AccessTokenFields,
  draft: Draft,
  cutoffKeys: CutoffKeys,
  own: OwnContents,
  deadline: Deadline,
): Promise<NewRecord | null> {
  const { keyDeriver, policy } = context
  if (policy.mode === 'denylist' && Object.keys(own).length === 0) return null
  const key = await keyDeriver.token(policy.issuer, jti)
  const contents = { subject, client, jti, ...own }
  const id = randomId()
  const fields = {
    key,
    groups: groupsOf(cutoffKeys),
    createdAt: privateClaim.issuedAt,
    expiresAt: draft.expiresAt,
    retainUntil: retainToken(policy, draft.expiresAt),
    body: {
      issuedAt: privateClaim.issuedAt,
      loginAt: privateClaim.loginAt === privateClaim.issuedAt ? undefined : privateClaim.loginAt,
      ...toStoredEpochs(privateClaim),
      sealed: await sealContents(context, contents, { kind: 'token', key }, deadline),
    },
  }
  return { record: insertToken(fields, id), id }
}
