import type { Context } from '../context.ts'
import { InvalidInput, UnsupportedOperation } from '../errors.ts'
import { parseRevoke } from '../input/revocation.schema.ts'
import { parseTarget } from '../input/target.schema.ts'
import { sessionOf } from '../issuing/token-drafts.ts'
import { revokeScope } from '../revocation/revoke-scope.ts'
import { revokeByKey, revokePresented } from '../revocation/revoke-token.ts'
import { cutoffKeysOf } from '../scopes/scopes.ts'
import { Deadline } from '../store/deadline.ts'
import type { NotRevoked, Revoked } from '../types/results.ts'
import type { RevokeTargetOptions, RevokeTokenOptions, Target } from '../types/revoke-options.ts'

/** Takes back a token, or all of a target. Nothing of it is accepted once this resolves. */
export async function revoke(
  context: Context,
  target: string | Target,
  options?: RevokeTokenOptions | RevokeTargetOptions,
): Promise<Revoked | NotRevoked> {
  if (typeof target === 'string')
    return revokePresented(context, target, options as RevokeTokenOptions)
  const { policy, keyDeriver, issuers } = context
  const parsed = parseTarget(target, [...issuers.keys()])
  const wanted = parseRevoke(options as RevokeTargetOptions, policy.clock())
  if (parsed.is === 'scope') {
    const { scope, principal } = parsed
    const { issuer, subject, client, session } = principal
    const key = (await keyDeriver.cutoffKeys(principal)).get(scope) ?? ''
    const sessionKey = session === undefined ? undefined : await keyDeriver.session(issuer, session)
    return revokeScope(context, { scope, key, sessionKey, subject, client }, wanted)
  }
  if (wanted.kind !== 'now')
    throw new InvalidInput('options', "'before' and 'only' are for scopes, not for a single token.")
  if (parsed.is === 'token') {
    const { issuer, jti } = parsed
    // A refresh token is its login: a tombstone of its own would spare the successors.
    const session = issuer === policy.issuer ? sessionOf(jti) : null
    if (session !== null) return revoke(context, { issuer, session }, options)
    return revokeByKey(context, await keyDeriver.token(issuer, jti), wanted.note)
  }
  return revokeRecord(context, parsed.record, wanted)
}

/** A record of a list: a token dies by its tombstone, a session by its cutoff. */
async function revokeRecord(
  context: Context,
  key: string,
  wanted: ReturnType<typeof parseRevoke>,
): Promise<Revoked | NotRevoked> {
  const { store, policy, keyDeriver, repository } = context
  if (policy.missingMeansRefused)
    throw new UnsupportedOperation(
      `${repository.name} may have forgotten the record, and what it stood for: revoke the token, its jti, or a scope.`,
    )
  const record = (await store.read([key], new Deadline(policy.deadline))).get(key) ?? null
  if (record === null) return { revoked: false, reason: 'not-found' }
  if (record.kind === 'token') return revokeByKey(context, key, wanted.note)
  const session = cutoffKeysOf(record.groups, keyDeriver.root).get('session')
  if (record.kind !== 'session' || session === undefined) {
    throw new InvalidInput(
      'target.record',
      'must be the record of a token or a session, as list() gives it.',
    )
  }
  return revokeScope(context, { scope: 'session', key: session, sessionKey: key }, wanted)
}
