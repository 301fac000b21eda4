import type { StoredRecord } from '../adapter/contract.ts'
import type { Context } from '../context.ts'
import { requireRoot } from '../decision/collect.ts'
import { isInactive } from '../decision/outcome.ts'
import { InvalidInput } from '../errors.ts'
import { parseTarget } from '../input/target.schema.ts'
import { sessionOf } from '../issuing/token-drafts.ts'
import type { Deadline } from '../store/deadline.ts'
import type { Target } from '../types/revoke-options.ts'

/** The key of a token's record, by its id. The record of a refresh token is that of its session. */
export async function recordOfJti(
  { keyDeriver, policy }: Context,
  issuer: string,
  jti: string,
): Promise<string> {
  const session = issuer === policy.issuer ? sessionOf(jti) : null
  return session === null ? keyDeriver.token(issuer, jti) : keyDeriver.session(issuer, session)
}

/**
 * The key of the record that holds the data of a token or session: for a token with a session, that of
 * the session. `null`: the token's signature is not valid.
 */
async function dataRecordOf(
  context: Context,
  target: string | Target,
  deadline: Deadline,
): Promise<string | null> {
  const { authenticator, issuers, keyDeriver } = context
  if (typeof target === 'string') {
    const token = await authenticator.authenticate(target, deadline)
    if (isInactive(token)) return null
    const { issuer, session } = token.principal
    return session === undefined ? token.tokenKey : keyDeriver.session(issuer, session)
  }
  const parsed = parseTarget(target, [...issuers.keys()])
  if (parsed.type === 'record') return parsed.record
  if (parsed.type === 'token') return recordOfJti(context, parsed.issuer, parsed.jti)
  const { issuer, session } = parsed.principal
  if (parsed.scope === 'session' && session !== undefined)
    return keyDeriver.session(issuer, session)
  throw new InvalidInput('target', 'must be a token, or name one of: session, jti, record.')
}

/** The record that holds the data of a token or session; `null`: there is none. */
export async function readDataRecord(
  context: Context,
  target: string | Target,
  deadline: Deadline,
): Promise<StoredRecord | null> {
  const { store, keyDeriver } = context
  const key = await dataRecordOf(context, target, deadline)
  if (key === null) return null
  const seen = await store.read([keyDeriver.root, key], deadline)
  requireRoot(context, seen)
  const record = seen.get(key) ?? null
  return record?.kind === 'root' || record?.kind === 'cutoff' ? null : record
}
