import { isTokenwardError, type NotRevoked, type Revoked, type Tokenward } from '@tokenward/core'
import { parseObject, parseOneOf } from '@tokenward/core/adapter'
import { emptyResponse } from '../answers/answer.ts'
import { challengeHeader } from '../answers/challenge.ts'
import type { Failure } from '../answers/failure.ts'
import { INVALID_TOKEN, UNAUTHENTICATED } from '../guard/refusal.ts'
import { parseInstance } from '../options/checks.ts'
import { readCredentials } from '../request/credentials.ts'
import { authorizationOf } from '../request/incoming.ts'
import { type Endpoint, type EndpointOptions, endpoint, type Rejection } from './endpoint.ts'
import { parseCookieOption, parseOnRefused } from './options.ts'
import { refreshedMeanwhile, type SessionCookie } from './session-cookie.ts'
import { readUnverified } from './unverified.ts'

/** Which sessions of a user a logout ends. */
type Sessions = 'current' | 'others' | 'all'

/** The options of {@link logout}. */
export interface LogoutOptions extends EndpointOptions {
  /**
   * The cookie that holds the refresh token.
   * @default none: the token is read from the header `Authorization`
   */
  readonly cookie?: SessionCookie
  /**
   * `current`: the session of the token, which may have expired. `others`: all other sessions of the user, on
   * stores that can list. `all`: everything of the user. The last two need a token that is accepted.
   * @default 'current'
   */
  readonly sessions?: Sessions
}

type Revoker = Pick<Tokenward, 'issuer' | 'revoke' | 'verify'>
type Outcome = Revoked | NotRevoked

const SESSIONS: readonly Sessions[] = ['current', 'others', 'all']

/**
 * Ends sessions of a user: 204 once every process refuses their tokens. Mount it once for each kind of
 * `sessions` that you offer.
 * @throws `TOKENWARD_INVALID_INPUT`: an option is wrong
 */
export function logout(tokens: Revoker, options: LogoutOptions = {}): Endpoint {
  const revoker = parseInstance<Revoker>(tokens, ['revoke', 'verify'])
  const parsed = parseObject('options', options, ['cookie', 'sessions', 'onRefused'])
  const onRefused = parseOnRefused(parsed.onRefused)
  const sessions = parseOneOf('sessions', parsed.sessions ?? 'current', SESSIONS)
  const end = (token: string): Promise<Outcome> => endSessions(revoker, token, sessions)
  if (parsed.cookie === undefined) {
    return endpoint(['POST'], onRefused, (request) => byHeader(request, end, sessions))
  }
  const cookie = parseCookieOption(parsed.cookie, undefined)
  return endpoint(['POST'], onRefused, (request) => byCookie(request, cookie, end, sessions))
}

async function byHeader(
  request: Request,
  end: (token: string) => Promise<Outcome>,
  sessions: Sessions,
): Promise<Response | Rejection> {
  const credentials = readCredentials(authorizationOf(request), ['Bearer'])
  if (credentials === null) return challenged(UNAUTHENTICATED)
  if ('status' in credentials) return challenged(credentials)
  const outcome = await end(credentials.token)
  // What has expired is over, as was asked for.
  const isOver = sessions === 'current' && !outcome.revoked && outcome.reason === 'expired'
  if (outcome.revoked || isOver) return emptyResponse(204)
  return { ...challenged(INVALID_TOKEN), result: { reason: outcome.reason } }
}

function challenged(failure: Failure): Rejection {
  const { error, description } = failure
  const details = error === undefined ? {} : { error, errorDescription: description }
  return { failure, challenge: challengeHeader({ scheme: 'Bearer', realm: 'api', ...details }) }
}

async function byCookie(
  request: Request,
  cookie: SessionCookie,
  end: (token: string) => Promise<Outcome>,
  sessions: Sessions,
): Promise<Response | Rejection> {
  const crossSite = cookie.check(request)
  if (crossSite !== null) return { failure: crossSite }
  const token = cookie.read(request)
  const outcome = token === null ? null : await end(token)
  if (outcome !== null && !outcome.revoked && outcome.reason === 'consumed')
    return { failure: refreshedMeanwhile('invalid_token'), result: { reason: outcome.reason } }
  if (outcome?.revoked || sessions === 'current')
    return emptyResponse(204, sessions === 'others' ? {} : { 'set-cookie': cookie.clear() })
  const failure: Failure = { ...INVALID_TOKEN, status: 403 }
  return { failure, ...(outcome === null ? {} : { result: { reason: outcome.reason } }) }
}

async function endSessions(tokens: Revoker, token: string, sessions: Sessions): Promise<Outcome> {
  if (sessions === 'current') return revokeToken(tokens, token)
  const kind = readUnverified(token)?.kind ?? 'access'
  const result = await tokens.verify(token, { kind })
  if (!result.active) return { revoked: false, reason: result.reason }
  const { iss: issuer, sub: subject, sid: session } = result.claims
  if (subject === undefined) return { revoked: false, reason: 'invalid-claims', claim: 'sub' }
  const note = { reason: 'logout', actor: subject }
  if (sessions === 'all') return tokens.revoke({ issuer, subject }, note)
  // Only the instance's own sessions can be listed by their user.
  if (issuer !== tokens.issuer) return { revoked: false, reason: 'untrusted' }
  if (session === undefined) return { revoked: false, reason: 'invalid-claims', claim: 'sid' }
  return tokens.revoke({ subject, except: session }, note)
}

async function revokeToken(tokens: Revoker, token: string): Promise<Outcome> {
  try {
    return await tokens.revoke(token, { cascade: true, reason: 'logout' })
  } catch (error) {
    if (isTokenwardError(error, 'TOKENWARD_INVALID_INPUT'))
      return { revoked: false, reason: 'malformed' }
    throw error
  }
}
