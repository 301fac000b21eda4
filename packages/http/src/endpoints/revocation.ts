import { isTokenwardError, type NotRevoked, type Revoked, type Tokenward } from '@tokenward/core'
import { parseObject } from '@tokenward/core/adapter'
import { type Failure, invalidRequest } from '../answers/failure.ts'
import { parseFunction, parseInstance } from '../options/checks.ts'
import { type Authenticate, readClientRequest } from './client.ts'
import { type Endpoint, type EndpointOptions, endpoint, type Rejection } from './endpoint.ts'
import { parseOnRefused } from './options.ts'
import { readUnverified } from './unverified.ts'

/** The options of {@link revocation}. */
export interface RevocationOptions extends EndpointOptions {
  readonly authenticate: Authenticate
}

type Revoker = Pick<Tokenward, 'issuer' | 'revoke'>

const MISSING = invalidRequest('The parameter token is missing.')
const OF_ANOTHER_CLIENT: Failure = {
  status: 400,
  error: 'invalid_grant',
  description: 'The token was issued to another client.',
}

/**
 * The revocation endpoint (RFC 7009): a client revokes its own tokens. A refresh token ends its session. A
 * string that is no valid token is revoked already: 200.
 * @throws `TOKENWARD_INVALID_INPUT`: an option is wrong
 */
export function revocation(tokens: Revoker, options: RevocationOptions): Endpoint {
  const revoker = parseInstance<Revoker>(tokens, ['revoke'])
  const parsed = parseObject('options', options, ['authenticate', 'onRefused'])
  const authenticate = parseFunction<Authenticate>('authenticate', parsed.authenticate)
  const onRefused = parseOnRefused(parsed.onRefused)
  return endpoint(['POST'], onRefused, (request) => revoke(request, revoker, authenticate))
}

async function revoke(
  request: Request,
  tokens: Revoker,
  authenticate: Authenticate,
): Promise<Response | Rejection> {
  const sent = await readClientRequest(request, authenticate)
  if ('failure' in sent) return sent
  const { client, form } = sent
  // `token_type_hint` is not needed: the token tells its kind.
  const token = form.get('token')
  if (token === undefined) return { failure: MISSING }
  // A client of another issuer may have the same id.
  const { iss = tokens.issuer } = readUnverified(token)?.claims ?? {}
  if (iss !== tokens.issuer) return { failure: OF_ANOTHER_CLIENT }
  const result = await revokeOf(tokens, token, client.clientId)
  if (result !== null && !result.revoked && result.claim === 'client_id')
    return { failure: OF_ANOTHER_CLIENT, result: { reason: result.reason } }
  return new Response(null, { status: 200, headers: { 'cache-control': 'no-store' } })
}

/** `null`: it is no JWT. */
async function revokeOf(
  tokens: Revoker,
  token: string,
  client: string,
): Promise<Revoked | NotRevoked | null> {
  try {
    return await tokens.revoke(token, { client, reason: 'revoked by its client', actor: client })
  } catch (error) {
    const isNoToken = isTokenwardError(error, 'TOKENWARD_INVALID_INPUT') && error.path === 'token'
    if (isNoToken) return null
    throw error
  }
}
