import type { Tokenward } from '@tokenward/core'
import { parseObject } from '@tokenward/core/adapter'
import Negotiator from 'negotiator'
import { jsonAnswer, toResponse } from '../answers/answer.ts'
import { invalidRequest, UNAVAILABLE } from '../answers/failure.ts'
import { parseFunction, parseInstance } from '../options/checks.ts'
import { type Authenticate, type Client, readClientRequest } from './client.ts'
import { type Endpoint, type EndpointOptions, endpoint, type Rejection } from './endpoint.ts'
import { parseOnRefused } from './options.ts'
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

const MISSING = invalidRequest('The parameter token is missing.')
const INACTIVE = { active: false } as const
const JWT_TYPE = 'application/token-introspection+jwt'
/** In this order where a client accepts both alike. */
const TYPES = ['application/json', JWT_TYPE]
const MAX_ACCEPT_LENGTH = 4096

/**
 * The introspection endpoint (RFC 7662), with a signed response (RFC 9701) where `Accept` prefers
 * `application/token-introspection+jwt`. Where it is unknown whether a token is active, it answers 503.
 * @throws `TOKENWARD_INVALID_INPUT`: an option is wrong
 */
export function introspection(tokens: Introspector, options: IntrospectionOptions): Endpoint {
  const introspector = parseInstance<Introspector>(tokens, ['verify', 'signIntrospection'])
  const parsed = parseObject('options', options, ['authenticate', 'onRefused'])
  const authenticate = parseFunction<Authenticate>('authenticate', parsed.authenticate)
  const onRefused = parseOnRefused(parsed.onRefused)
  return endpoint(['POST'], onRefused, (request) => answer(request, introspector, authenticate))
}

async function answer(
  request: Request,
  tokens: Introspector,
  authenticate: Authenticate,
): Promise<Response | Rejection> {
  const sent = await readClientRequest(request, authenticate)
  if ('failure' in sent) return sent
  const { client, form } = sent
  const token = form.get('token')
  if (token === undefined) return { failure: MISSING }
  const body = await introspect(tokens, token, client)
  if ('failure' in body) return body
  if (!prefersJwt(request.headers.get('accept'))) return toResponse(jsonAnswer(200, body))
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
  const audiences = [aud ?? []].flat().filter(isAudience)
  return { acceptKeyBound: true, ...(audiences.length === 0 ? {} : { audience: audiences }) }
}

/** What can be required: a token with any other audience is refused for its form. */
function isAudience(value: unknown): value is string {
  const isName = typeof value === 'string' && value !== '' && value.length <= 1024
  return isName && value.isWellFormed()
}

function typeOf(claims: object): 'Bearer' | 'DPoP' {
  const cnf: unknown = Reflect.get(claims, 'cnf')
  return typeof cnf === 'object' && cnf !== null && 'jkt' in cnf ? 'DPoP' : 'Bearer'
}

function prefersJwt(accept: string | null): boolean {
  if (accept === null || accept.length > MAX_ACCEPT_LENGTH) return false
  return new Negotiator({ headers: { accept } }).mediaType(TYPES) === JWT_TYPE
}
