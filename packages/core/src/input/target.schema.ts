import * as v from 'valibot'
import { InvalidInput } from '../errors/errors.ts'
import type { Principal, RevocationScope } from '../naming/scopes.ts'
import { name, parse, recordKey } from './parse.ts'
import type { Target } from './target.ts'

const schema = v.strictObject({
  everything: v.exactOptional(v.literal(true)),
  issuer: v.exactOptional(name),
  record: v.exactOptional(recordKey),
  jti: v.exactOptional(name),
  session: v.exactOptional(name),
  client: v.exactOptional(name),
  subject: v.exactOptional(name),
})

/** One thing to take back, list or explain. */
export type ParsedTarget =
  | {
      readonly is: 'scope'
      readonly scope: Exclude<RevocationScope, 'token'>
      readonly principal: Principal
    }
  | { readonly is: 'token'; readonly issuer: string; readonly jti: string }
  | { readonly is: 'record'; readonly record: string }

// Which properties may stand together, besides `issuer`, and what they mean.
const SCOPES: Record<string, Exclude<RevocationScope, 'token'>> = {
  '': 'issuer',
  client: 'client',
  subject: 'subject',
  'client,subject': 'subject+client',
  session: 'session',
}

/** @param issuers the ward's own first, then the trusted ones */
export function parseTarget(input: Target, issuers: readonly string[]): ParsedTarget {
  const { issuer: of, ...rest } = parse(schema, input, 'target')
  const has = Object.keys(rest).sort().join()
  if (has === 'everything' && of === undefined) {
    return { is: 'scope', scope: 'global', principal: { issuer: issuers[0] ?? '' } }
  }
  if (has === 'record' && of === undefined) return { is: 'record', record: rest.record ?? '' }
  const issuer = of ?? issuers[0] ?? ''
  if (!issuers.includes(issuer)) {
    throw new InvalidInput(
      'target.issuer',
      'not this ward, and not trusted: nothing of it is accepted here.',
    )
  }
  if (has === 'jti') return { is: 'token', issuer, jti: rest.jti ?? '' }
  const scope = SCOPES[has]
  if (scope === undefined || (has === '' && of === undefined)) {
    throw new InvalidInput(
      'target',
      'must name one of: everything, issuer, record, jti, session, client, subject, or subject and client.',
    )
  }
  const { subject, client, session } = rest
  return { is: 'scope', scope, principal: { issuer, subject, client, session } }
}
