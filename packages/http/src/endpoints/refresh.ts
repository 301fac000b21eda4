import type { Inactive, Tokenward } from '@tokenward/core'
import { parseObject } from '@tokenward/core/adapter'
import { jsonAnswer, toResponse } from '../answers/answer.ts'
import { type Failure, invalidRequest } from '../answers/failure.ts'
import { optional } from '../guard/options.ts'
import { parseFunction, parseInstance } from '../options/checks.ts'
import type { Form } from '../request/form.ts'
import { type Authenticate, readClientRequest } from './client.ts'
import { type Endpoint, type EndpointOptions, endpoint, type Rejection } from './endpoint.ts'
import { type ClaimsOf, type Exchange, INVALID_GRANT, rotate, tokenBody } from './exchange.ts'
import { parseClientId, parseCookieOption, parseOnRefused } from './options.ts'
import { refreshedMeanwhile, type SessionCookie } from './session-cookie.ts'
import { readUnverified } from './unverified.ts'

interface CommonRefreshOptions<C extends object> extends EndpointOptions {
  /**
   * Your claims for the new access token. It is called after the refresh token was verified and the
   * revocations were read, and again after a conflict.
   * @default the claims that the refresh token holds
   * @example
   * claims: async ({ subject }) => ({ roles: await loadRoles(subject) })
   */
  readonly claims?: ClaimsOf<C>
}

/** The options of {@link refresh} for OAuth clients, which keep their refresh token themselves. */
export interface FormRefreshOptions<C extends object = object> extends CommonRefreshOptions<C> {
  readonly authenticate: Authenticate
  readonly cookie?: never
}

/** The options of {@link refresh} for pages, whose refresh token is in a cookie. */
export interface CookieRefreshOptions<C extends object = object> extends CommonRefreshOptions<C> {
  readonly cookie: SessionCookie
  /**
   * The client that the sessions of the pages were issued to. Those of other clients are refused.
   * @default any client
   */
  readonly client?: string
  readonly authenticate?: never
}

const UNSUPPORTED_GRANT_TYPE: Failure = {
  status: 400,
  error: 'unsupported_grant_type',
  description: 'The grant_type must be refresh_token.',
}

/**
 * The token endpoint for `grant_type=refresh_token` (RFC 6749 §6, OAuth 2.1 §4.3). With `authenticate` it
 * takes a form and returns both tokens. With `cookie` the refresh token stays in the cookie.
 * @throws `TOKENWARD_INVALID_INPUT`: an option is wrong
 */
export function refresh<C extends object>(
  tokens: Pick<Tokenward<C>, 'rotate'>,
  options: FormRefreshOptions<C> | CookieRefreshOptions<C>,
): Endpoint {
  const rotator = parseInstance<Pick<Tokenward<C>, 'rotate'>>(tokens, ['rotate'])
  const names = ['authenticate', 'cookie', 'client', 'claims', 'onRefused'] as const
  const parsed = parseObject('options', options, names)
  const claims = optional('claims', parsed.claims, parseFunction<ClaimsOf<C>>)
  const onRefused = parseOnRefused(parsed.onRefused)
  const exchange: Exchange = (token, request) => rotate(rotator, token, request, claims)
  if (parsed.cookie !== undefined) {
    const cookie = parseCookieOption(parsed.cookie, parsed.authenticate)
    const client = optional('client', parsed.client, parseClientId)
    return endpoint(['POST'], onRefused, (request) => byCookie(request, cookie, exchange, client))
  }
  const authenticate = parseFunction<Authenticate>('authenticate', parsed.authenticate)
  return endpoint(['POST'], onRefused, (request) => byForm(request, authenticate, exchange))
}

async function byForm(
  request: Request,
  authenticate: Authenticate,
  exchange: Exchange,
): Promise<Response | Rejection> {
  const sent = await readClientRequest(request, authenticate)
  if ('failure' in sent) return sent
  const { client, form } = sent
  const token = refreshTokenOf(form)
  if (typeof token !== 'string') return { failure: token }
  const scope = form.get('scope')
  const result = await exchange(token, { client: client.clientId, scope })
  if ('failure' in result) return result
  if (!result.active) return { failure: INVALID_GRANT, result }
  const { accessToken, expiresIn, refreshToken } = result
  const body = { ...tokenBody(accessToken, expiresIn), refresh_token: refreshToken }
  return toResponse(jsonAnswer(200, { ...body, ...scopeOf(accessToken) }))
}

/**
 * It may be left out where the client has not asked for it (RFC 6749 §5.1). A client that later needs more
 * scope must know what it has, as those of MCP do.
 */
function scopeOf(accessToken: string): { readonly scope?: unknown } {
  const scope = readUnverified(accessToken)?.claims['scope']
  return scope === undefined ? {} : { scope }
}

function refreshTokenOf(form: Form): string | Failure {
  const grantType = form.get('grant_type')
  if (grantType === undefined) return invalidRequest('The parameter grant_type is missing.')
  if (grantType !== 'refresh_token') return UNSUPPORTED_GRANT_TYPE
  return form.get('refresh_token') ?? invalidRequest('The parameter refresh_token is missing.')
}

async function byCookie(
  request: Request,
  cookie: SessionCookie,
  exchange: Exchange,
  client: string | undefined,
): Promise<Response | Rejection> {
  const crossSite = cookie.check(request)
  if (crossSite !== null) return { failure: crossSite }
  const token = cookie.read(request)
  if (token === null) return { failure: INVALID_GRANT }
  const result = await exchange(token, { client })
  if ('failure' in result) return result
  // The cookie is never removed here: another tab may have logged in meanwhile.
  if (!result.active) return { failure: cookieFailure(result), result }
  const { accessToken, expiresIn } = result
  const headers = { 'set-cookie': cookie.set(result) }
  return toResponse(jsonAnswer(200, tokenBody(accessToken, expiresIn), headers))
}

function cookieFailure({ reason }: Inactive): Failure {
  return reason === 'consumed' ? refreshedMeanwhile('invalid_grant') : INVALID_GRANT
}
