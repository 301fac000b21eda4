import type { Tokenward } from '@tokenward/core'
import { jsonAnswer, toResponse } from '../answers/answer.ts'
import { UNAVAILABLE } from '../answers/failure.ts'
import { prefersToJson } from '../answers/negotiation.ts'
import { parseInstance } from '../options/checks.ts'
import { isName } from '../options/values.ts'
import type { Authenticate, Client } from './client.ts'
import type { Endpoint, EndpointOptions, Rejection } from './endpoint.ts'
import { type SentToken, tokenEndpoint } from './token-endpoint.ts'
import { readUnverified, type Unverified } from './unverified.ts'

/** The options of {@link introspection}. */
export interface IntrospectionOptions extends EndpointOptions {
  /**
   * Authenticates who asks, which is a MUST (RFC 7662 §2.1). A protected resource inspects the access tokens
   * whose `aud` names one of its `audience`; a client those that were issued to it. For every other token the
   * answer is `active: false`.
   */
  readonly authenticate: Authenticate
}

type Introspector = Pick<Tokenward, 'issuer' | 'verify' | 'signIntrospection'>

const INACTIVE = { active: false } as const
const JWT_TYPE = 'application/token-introspection+jwt'

/**
 * The introspection endpoint (RFC 7662), with a signed response (RFC 9701) where `Accept` prefers
 * `application/token-introspection+jwt`. Where it is unknown whether a token is active, it answers 503.
 * @throws `TOKENWARD_INVALID_INPUT`: an option is wrong
 */
export function introspection(tokens: Introspector, options: IntrospectionOptions): Endpoint {
  const introspector = parseInstance<Introspector>(tokens, ['verify', 'signIntrospection'])
  return tokenEndpoint(options, (sent) => answer(introspector, sent))
}

async function answer(
  tokens: Introspector,
  { token, client, request }: SentToken,
): Promise<Response | Rejection> {
  const body = await introspect(tokens, token, client)
  if ('failure' in body) return body
  if (!prefersToJson(JWT_TYPE, request.headers.get('accept')))
    return toResponse(jsonAnswer(200, body))
  const { jwt } = await tokens.signIntrospection(client.clientId, body)
  return new Response(jwt, { headers: { 'content-type': JWT_TYPE, 'cache-control': 'no-store' } })
}

async function introspect(
  tokens: Introspector,
  token: string,
  client: Client,
): Promise<object | Rejection> {
  const unverified = readUnverified(token)
  if (unverified === null || !mayInspect(client, unverified, tokens.issuer)) return INACTIVE
  const result = await tokens.verify(token, requirementsOf(unverified))
  if (!result.active) return INACTIVE
  // Accepted while the store was unavailable: whether it is revoked is unknown (RFC 7662 §4).
  if (!result.storeChecked) return { failure: UNAVAILABLE }
  const type = unverified.kind === 'access' ? { token_type: typeOf(result.claims) } : {}
  return { ...result.claims, ...type, active: true }
}

/** By the claims that are verified next: a forgery gains nothing. */
function mayInspect(
  { clientId, audience }: Client,
  { kind, claims }: Unverified,
  issuer: string,
): boolean {
  // A client of another issuer may have the same id.
  if (claims['client_id'] === clientId && claims.iss === issuer) return true
  if (kind === 'refresh' || audience === undefined) return false
  const ofToken = [claims.aud ?? []].flat()
  return [audience].flat().some((each) => ofToken.includes(each))
}

function requirementsOf({ kind, claims: { aud } }: Unverified): Parameters<Tokenward['verify']>[1] {
  // The protected resource checks the key that a token is bound to, and needs `cnf` (RFC 9449 §6.2).
  if (kind === 'refresh') return { kind }
  // A token with any other audience is refused for its form.
  const audiences = [aud ?? []].flat().filter(isName)
  return { acceptKeyBound: true, ...(audiences.length === 0 ? {} : { audience: audiences }) }
}

function typeOf(claims: object): 'Bearer' | 'DPoP' {
  const cnf: unknown = Reflect.get(claims, 'cnf')
  return typeof cnf === 'object' && cnf !== null && 'jkt' in cnf ? 'DPoP' : 'Bearer'
}
