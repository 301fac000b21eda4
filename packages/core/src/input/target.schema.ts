import * as v from 'valibot'
import { InvalidInput } from '../errors.ts'
import {
  type CutoffScope,
  cutoffScopes,
  eachMember,
  type Principal,
  scopeOfTarget,
} from '../scopes/scopes.ts'
import type { Target } from '../types/revoke-options.ts'
import { name, parse } from './parse.ts'

/** The key of a record: 24 base64url characters. */
const recordKey: v.GenericSchema<unknown, string> = v.custom<string>(
  (value) => typeof value === 'string' && /^[\w-]{24}$/.test(value),
  'must be a record, as list() returns it.',
)

const schema = v.strictObject({
  everything: v.exactOptional(v.custom<true>((value) => value === true, 'must be true.')),
  issuer: v.exactOptional(name),
  record: v.exactOptional(recordKey),
  jti: v.exactOptional(name),
  ...eachMember(v.exactOptional(name)),
})

/** The targets that are scopes, besides `everything`, for messages. */
export const SCOPE_TARGETS: string = cutoffScopes
  .filter((scope) => scope !== 'global')
  .map((scope) => scope.replace('+', ' with '))
  .join(', ')

/** What to revoke, list or explain, checked. */
export type ParsedTarget =
  | {
      readonly type: 'scope'
      readonly scope: CutoffScope
      readonly principal: Principal
    }
  | { readonly type: 'token'; readonly issuer: string; readonly jti: string }
  | { readonly type: 'record'; readonly record: string }

/** @param issuers the instance's own first, then the trusted ones */
export function parseTarget(input: Target, issuers: readonly string[]): ParsedTarget {
  const { issuer: givenIssuer, ...members } = parse(schema, input, 'target')
  const names = Object.keys(members).join()
  if (names === 'everything' && givenIssuer === undefined) {
    return { type: 'scope', scope: 'global', principal: { issuer: issuers[0] ?? '' } }
  }
  if (names === 'record' && givenIssuer === undefined)
    return { type: 'record', record: members.record ?? '' }
  const issuer = givenIssuer ?? issuers[0] ?? ''
  if (!issuers.includes(issuer)) {
    throw new InvalidInput(
      'target.issuer',
      'unknown issuer: name the issuer of this instance or a trusted one.',
    )
  }
  if (names === 'jti') return { type: 'token', issuer, jti: members.jti ?? '' }
  const scope = scopeOfTarget(Object.keys(members))
  if (scope === undefined || (names === '' && givenIssuer === undefined)) {
    throw new InvalidInput('target', `must name one of: everything, record, jti, ${SCOPE_TARGETS}.`)
  }
  return { type: 'scope', scope, principal: { issuer, ...members } }
}
