import type { Context } from '../context.ts'
import { readCutoffs, requireRoot } from '../decision/collect.ts'
import { allowedLifetime } from '../decision/decide.ts'
import { InvalidInput } from '../errors.ts'
import { checkData, requireSealing } from '../input/data.schema.ts'
import { type ParsedIssueOptions, parseIssueOptions } from '../input/issue.schema.ts'
import { listOf } from '../inspection/pages.ts'
import { insertNew, signAndStore } from '../issuing/insert.ts'
import { accessRecord, type OwnContents, sessionRecord } from '../issuing/store-token.ts'
import {
  type AccessTokenFields,
  currentEpochs,
  draftAccess,
  draftRefresh,
  issuedResult,
  issueTime,
  type RefreshTokenFields,
  refreshEnd,
  resolveClaims,
  signerOf,
  singleOrList,
} from '../issuing/token-drafts.ts'
import { retainToken } from '../policy/policy.ts'
import { bodyOf } from '../records/body.ts'
import { ensureCutoffs } from '../revocation/ensure-cutoffs.ts'
import { endOldest } from '../revocation/revoke-sessions.ts'
import { randomId } from '../scopes/random.ts'
import { onlyPrincipal } from '../scopes/scopes.ts'
import { corruptRoot } from '../transitions/root.ts'
import type { IssueOptions } from '../types/call-options.ts'
import type { Issued, Login } from '../types/results.ts'

/** Signs an access token and, unless `refresh` is `false`, starts a session with a refresh token. */
export async function issue(context: Context, input: IssueOptions): Promise<Issued | Login> {
  const { policy, keyDeriver, store, events } = context
  const options = parseIssueOptions(input, policy.access)
  const own = ownContents(context, options)
  const maxSessions = checkMaxSessions(context, options)
  const deadline = context.deadline()
  const signer = await signerOf(context, deadline)
  if (typeof options.claims === 'object') await resolveClaims(options.claims)
  const clock = policy.clock()
  const { subject, client } = options
  const session = options.refresh ? randomId() : undefined
  const principal = onlyPrincipal({ ...options, issuer: policy.issuer, session })
  const cutoffKeys = await keyDeriver.cutoffKeys(principal)
  const seen = await store.read([...cutoffKeys.values()], deadline)
  const root = requireRoot(context, seen)
  if (root === 'corrupt') throw corruptRoot()
  const until = retainToken(policy, clock + (options.refresh ? policy.session : policy.access))
  const cutoffs = policy.missingMeansRefused
    ? await ensureCutoffs(context, cutoffKeys, seen, until, deadline)
    : readCutoffs(seen, cutoffKeys, root)
  const issuedAt = issueTime(clock, cutoffs)
  const endsAt = session === undefined ? null : issuedAt + policy.session
  const loginAt = session === undefined ? undefined : issuedAt
  const allowed = allowedLifetime(bodyOf(root) ?? null, issuedAt)
  const access: AccessTokenFields = {
    ...principal,
    endsAt,
    audience: options.audience ?? singleOrList(policy.audience),
    scope: options.scope,
    claims: await resolveClaims(options.claims),
    jti: randomId(),
    lifetime: Math.min(options.lifetime ?? policy.access, allowed),
    privateClaim: { issuedAt, loginAt, ...currentEpochs(cutoffs), claimsFromFunction: false },
  }
  const draft = draftAccess(signer, access)
  const refresh =
    session === undefined
      ? null
      : draftRefresh(signer, firstRefreshFields(context, options, access, session, allowed))
  // Sealed before the session and the token are stored: a KMS may fail.
  const records = await Promise.all([
    refresh && sessionRecord(context, access, refresh, cutoffKeys, own, deadline),
    accessRecord(context, access, draft, cutoffKeys, refresh === null ? own : {}, deadline),
  ])
  const [accessToken, refreshToken] = await signAndStore(
    context,
    () => Promise.all([signer.sign(draft, deadline), refresh && signer.sign(refresh, deadline)]),
    () => Promise.all(records.map((each) => each && insertNew(context, each, deadline))),
  )
  if (maxSessions !== undefined) await endOldest(context, cutoffKeys, maxSessions)
  const issued = issuedResult(accessToken, draft)
  const event = { subject, client, jti: draft.jti }
  if (refreshToken === null || session === undefined) {
    events.emit('issued', event)
    return issued
  }
  events.emit('issued', { ...event, session })
  return { ...issued, refreshToken, subject, client, session, endsAt: endsAt ?? draft.expiresAt }
}

function ownContents({ sealing, maxDataBytes }: Context, options: ParsedIssueOptions): OwnContents {
  const { data, label } = options
  const hasData = Object.hasOwn(options, 'data')
  if (hasData) requireSealing('data', sealing !== null)
  if (label !== undefined) requireSealing('label', sealing !== null)
  return {
    ...(hasData && { data: checkData(data, maxDataBytes) }),
    ...(label !== undefined && { label }),
  }
}

function checkMaxSessions(
  context: Context,
  { maxSessions, refresh }: ParsedIssueOptions,
): number | undefined {
  if (maxSessions === undefined) return undefined
  if (!refresh)
    throw new InvalidInput('options.maxSessions', "cannot be used with 'refresh: false'.")
  listOf(context)
  return maxSessions
}

function firstRefreshFields(
  { policy }: Context,
  { claims, audience, lifetime }: ParsedIssueOptions,
  access: AccessTokenFields,
  session: string,
  allowed: number,
): RefreshTokenFields {
  const { issuedAt, epochs, accessEpochs } = access.privateClaim
  const carriedClaims = typeof claims === 'object' ? { ...access.claims } : undefined
  const privateClaim = {
    issuedAt,
    loginAt: issuedAt,
    generation: 1,
    epochs,
    accessEpochs,
    carriedClaims,
    claimsFromFunction: typeof claims === 'function',
    audience,
    lifetimeMs: lifetime,
  }
  const expiresAt = refreshEnd(policy, issuedAt, access.endsAt ?? issuedAt, allowed)
  return { ...access, session, expiresAt, privateClaim }
}
