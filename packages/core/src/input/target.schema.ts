import * as v from 'valibot'
import { InvalidInput } from '../errors.ts'
import { type CutoffScope, type Principal, scopeOfTarget } from '../scopes/scopes.ts'
import type { Target } from '../types/revoke-options.ts'
import { name, parse, recordKey } from './parse.ts'

const schema = v.strictObject({
  everything: v.exactOptional(v.literal(true)),
  issuer: v.exactOptional(name),
  record: v.exactOptional(recordKey),
  jti: v.exactOptional(name),
  session: v.exactOptional(name),
  client: v.exactOptional(name),
  subject: v.exactOptional(name),
})

/** One thing to revoke, list or explain. */
export type ParsedTarget =
  | {
      readonly is: 'scope'
      readonly scope: CutoffScope
      readonly principal: Principal
    }
  | { readonly is: 'token'; readonly issuer: string; readonly jti: string }
  | { readonly is: 'record'; readonly record: string }

/** @param issuers this instance's own first, then the trusted ones */
export function parseTarget(input: Target, issuers: readonly string[]): ParsedTarget {
  const { issuer: of, ...rest } = parse(schema, input, 'target')
  const has = Object.keys(rest).join()
  if (has === 'everything' && of === undefined) {
    return { is: 'scope', scope: 'global', principal: { issuer: issuers[0] ?? '' } }
  }
  if (has === 'record' && of === undefined) return { is: 'record', record: rest.record ?? '' }
  const issuer = of ?? issuers[0] ?? ''
  if (!issuers.includes(issuer)) {
    throw new InvalidInput(
      'target.issuer',
      'unknown issuer: neither this issuer nor a trusted one.',
    )
  }
  if (has === 'jti') return { is: 'token', issuer, jti: rest.jti ?? '' }
  const scope = scopeOfTarget(Object.keys(rest))
  if (scope === undefined || (has === '' && of === undefined)) {
    throw new InvalidInput(
      'target',
      'must name one of: everything, issuer, record, jti, session, client, subject, or subject and client.',
    )
  }
  return { is: 'scope', scope, principal: { issuer, ...rest } }
}
