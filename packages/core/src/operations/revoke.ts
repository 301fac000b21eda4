import type { Context } from '../context.ts'
import { InvalidInput, UnsupportedOperation } from '../errors.ts'
import {
  type ParsedRevocation,
  parseAllExcept,
  parseNote,
  parseRevokeTargetOptions,
} from '../input/revocation.schema.ts'
import { parseTarget } from '../input/target.schema.ts'
import { sessionOf } from '../issuing/token-drafts.ts'
import { revokeScope } from '../revocation/revoke-scope.ts'
import { revokeOthers } from '../revocation/revoke-sessions.ts'
import { revokeByKey, revokePresented } from '../revocation/revoke-token.ts'
import { cutoffKeyIn } from '../scopes/groups.ts'
import type { NotRevoked, Revoked } from '../types/results.ts'
import type {
  AllExcept,
  RevokeTargetOptions,
  RevokeTokenOptions,
  Target,
} from '../types/revoke-options.ts'

/** Revokes a token or a target. Resolves when the revocation is acknowledged. */
export async function revoke(
  context: Context,
  target: string | Target | AllExcept,
  options?: RevokeTokenOptions | RevokeTargetOptions,
): Promise<Revoked | NotRevoked> {
  if (typeof target === 'string') return revokePresented(context, target, options)
  const { policy, keyDeriver, issuers } = context
  if (Object.hasOwn(Object(target), 'except')) return revokeAllExcept(context, target, options)
  const parsed = parseTarget(target as Target, [...issuers.keys()])
  const revocation = parseRevokeTargetOptions(options, policy.clock())
  if (parsed.type === 'scope') {
    const { scope, principal } = parsed
    const { issuer, subject, client, session } = principal
    const key = (await keyDeriver.cutoffKeys(principal)).get(scope) ?? ''
    const sessionKey = session === undefined ? undefined : await keyDeriver.session(issuer, session)
    return revokeScope(context, { scope, key, sessionKey, subject, client }, revocation)
  }
  if (revocation.kind !== 'now')
    throw new InvalidInput(
      'options',
      "'before' and 'only' cannot be used with a single token or record: pass a scope, or leave them out.",
    )
  if (parsed.type === 'token') {
    const { issuer, jti } = parsed
    // Of a refresh token its session: a tombstone of one token would not revoke its successors.
    const session = issuer === policy.issuer ? sessionOf(jti) : null
    if (session !== null) return revoke(context, { issuer, session }, options)
    return revokeByKey(context, await keyDeriver.token(issuer, jti), revocation.note, parsed)
  }
  return revokeRecord(context, parsed.record, revocation)
}

async function revokeAllExcept(
  context: Context,
  target: object,
  options: object | undefined,
): Promise<Revoked> {
  const { policy, keyDeriver, capabilities, repository } = context
  const { subject, except } = parseAllExcept(target)
  const note = parseNote(options)
  if (!capabilities.listing)
    throw new UnsupportedOperation(
      `The store ${repository.name} cannot list the sessions: revoke the subject, and issue new tokens for the session that stays.`,
    )
  const at = policy.clock()
  const { issuer } = policy
  const kept = (await keyDeriver.cutoffKeys({ issuer, session: except })).get('session') ?? ''
  const count = await revokeOthers(context, { issuer, subject }, kept, note)
  return { revoked: true, target: 'subject', at, first: count > 0, count }
}

/** Revokes a record of a list: a token by its own record, a session by its cutoff. */
async function revokeRecord(
  context: Context,
  key: string,
  revocation: ParsedRevocation,
): Promise<Revoked | NotRevoked> {
  const { store, policy, repository } = context
  if (policy.missingMeansRefused)
    throw new UnsupportedOperation(
      `The store ${repository.name} may have evicted the record: revoke the token, its jti, or a scope instead.`,
    )
  const record = (await store.read([key], context.deadline())).get(key) ?? null
  if (record === null) return { revoked: false, reason: 'not-found' }
  if (record.kind === 'token') return revokeByKey(context, key, revocation.note)
  const session = cutoffKeyIn(record.groups, 'session')
  if (record.kind !== 'session' || session === undefined) {
    throw new InvalidInput(
      'target.record',
      'must be the record of a token or a session, as list() returns it.',
    )
  }
  return revokeScope(context, { scope: 'session', key: session, sessionKey: key }, revocation)
}
