import { allowedLifetime } from '../decide/decide.ts'
import { type ParsedIssueOptions, parseIssueOptions } from '../input/grant.schema.ts'
import type { IssueOptions } from '../input/grant.ts'
import { randomId } from '../naming/random.ts'
import { type CutoffKeys, groupsOf } from '../naming/scopes.ts'
import { retainToken } from '../policy/policy.ts'
import { Budget } from '../store/budget.ts'
import { startSession } from '../transitions/session.ts'
import { insertToken } from '../transitions/token.ts'
import type { Issued, Login } from './answers.ts'
import type { Context } from './context.ts'
import { corruptRoot, cutoffsIn, rootIn } from './evidence.ts'
import { insertNew } from './insert.ts'
import { layDown } from './laying-down.ts'
import {
  type AccessDraft,
  birthUnder,
  type Draft,
  draftAccess,
  draftRefresh,
  freshClaims,
  issueInstant,
  refreshEnd,
  signerOf,
} from './minting.ts'

/** Signs an access token and, unless told not to, starts a session. */
export async function issue(context: Context, input: IssueOptions): Promise<Issued | Login> {
  const { policy, naming, store, events } = context
  const grant = parseIssueOptions(input, policy.access)
  const signer = signerOf(context)
  if (typeof grant.claims === 'object') await freshClaims(grant.claims)
  const clock = policy.clock()
  const { subject, client } = grant
  const session = grant.refresh ? randomId() : undefined
  const cutoffKeys = await naming.cutoffKeys({ issuer: policy.issuer, subject, client, session })
  const budget = new Budget(policy.deadline)
  const seen = await store.read(cutoffKeys.values(), budget)
  const root = rootIn(context, seen)
  if (root === 'corrupt') throw corruptRoot()
  const until = retainToken(policy, clock + (grant.refresh ? policy.session : policy.access))
  const cutoffs = policy.absentRefuses
    ? await layDown(context, cutoffKeys, seen, until, budget)
    : cutoffsIn(seen, cutoffKeys, root)
  const birth = birthUnder(cutoffs)
  const t = issueInstant(clock, cutoffs)
  const endsAt = session === undefined ? null : t + policy.session
  const tw = { t, ...(session !== undefined && { l: t }), ...birth }
  const allowed = allowedLifetime(root?.body ?? null, t)
  const access: AccessDraft = {
    ...{ issuer: policy.issuer, subject, client, session, endsAt, tw },
    audience: grant.audience ?? unlisted(policy.audience),
    scope: grant.scope,
    claims: await freshClaims(grant.claims),
    jti: randomId(),
    lifetime: Math.min(grant.lifetime ?? policy.access, allowed),
  }
  const draft = draftAccess(signer, access)
  const refresh =
    session === undefined
      ? null
      : draftRefresh(signer, firstRefresh(context, grant, access, session, allowed))
  await Promise.all([
    session === undefined || refresh === null
      ? null
      : storeSession(context, access, session, refresh, cutoffKeys, budget),
    storeAccess(context, access, draft, cutoffKeys, budget),
  ])
  const accessToken = await signer.sign(draft.typ, draft.payload)
  const issued = answer(accessToken, draft)
  const whom = { subject, client, jti: draft.jti }
  if (refresh === null || session === undefined) {
    events.emit('issued', whom)
    return issued
  }
  const refreshToken = await signer.sign(refresh.typ, refresh.payload)
  events.emit('issued', { ...whom, session })
  return { ...issued, refreshToken, subject, client, session, endsAt: endsAt ?? draft.expiresAt }
}

/** One value as a string: most libraries of other makes expect it so. */
export function unlisted(audience: readonly string[]): string | readonly string[] {
  const [only] = audience
  return audience.length === 1 && only !== undefined ? only : audience
}

export function answer(accessToken: string, { jti, expiresAt, expiresIn }: Draft): Issued {
  return { accessToken, jti, expiresIn, expiresAt }
}

function firstRefresh(
  { policy }: Context,
  grant: ParsedIssueOptions,
  access: AccessDraft,
  session: string,
  allowed: number,
): Parameters<typeof draftRefresh>[1] {
  const { claims, audience, lifetime } = grant
  const { t, e, a } = access.tw
  const tw = {
    ...{ t, l: t, n: 1, e, a },
    ...(typeof claims === 'object' && { c: access.claims as Record<string, unknown> }),
    ...(typeof claims === 'function' && { f: 1 as const }),
    ...(audience !== undefined && { u: audience }),
    ...(lifetime !== undefined && { x: lifetime }),
  }
  const expiresAt = refreshEnd(policy, t, access.endsAt ?? t, allowed)
  return { ...access, session, expiresAt, tw }
}

async function storeSession(
  context: Context,
  { tw, endsAt }: AccessDraft,
  session: string,
  refresh: Draft,
  cutoffKeys: CutoffKeys,
  budget: Budget,
): Promise<void> {
  const { naming, policy } = context
  const id = randomId()
  const start = {
    key: await naming.session(policy.issuer, session),
    groups: groupsOf(cutoffKeys),
    endsAt: endsAt ?? tw.t,
    retainUntil: retainToken(policy, endsAt ?? tw.t),
    loginAt: tw.t,
    birth: { e: tw.e, a: tw.a },
    refreshUntil: refresh.expiresAt,
  }
  await insertNew(context, startSession(start, id), id, budget)
}

/** The allowlist's record of an access token; a denylist keeps none. */
export async function storeAccess(
  context: Context,
  { tw, jti }: AccessDraft,
  draft: Draft,
  cutoffKeys: CutoffKeys,
  budget: Budget,
): Promise<void> {
  const { naming, policy } = context
  if (policy.mode === 'denylist') return
  const id = randomId()
  const facts = {
    key: await naming.token(policy.issuer, jti),
    groups: groupsOf(cutoffKeys),
    expiresAt: draft.expiresAt,
    retainUntil: retainToken(policy, draft.expiresAt),
    body: { issuedAt: tw.t, loginAt: tw.l, birth: { e: tw.e, a: tw.a } },
  }
  await insertNew(context, insertToken(facts, id), id, budget)
}
