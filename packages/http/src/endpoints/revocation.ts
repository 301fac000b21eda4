import { isTokenwardError, type NotRevoked, type Revoked, type Tokenward } from '@tokenward/core'
import { emptyResponse } from '../answers/answer.ts'
import type { Failure } from '../answers/failure.ts'
import { parseInstance } from '../options/checks.ts'
import type { Authenticate } from './client.ts'
import type { Endpoint, EndpointOptions, Rejection } from './endpoint.ts'
import { type SentToken, tokenEndpoint } from './token-endpoint.ts'
import { readUnverified } from './unverified.ts'

/** The options of {@link revocation}. */
export interface RevocationOptions extends EndpointOptions {
  readonly authenticate: Authenticate
}

type Revoker = Pick<Tokenward, 'issuer' | 'revoke'>

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
  return tokenEndpoint(options, (sent) => revoke(revoker, sent))
}

async function revoke(
  tokens: Revoker,
  { token, client }: SentToken,
): Promise<Response | Rejection> {
  // A client of another issuer may have the same id.
  const { iss = tokens.issuer } = readUnverified(token)?.claims ?? {}
  if (iss !== tokens.issuer) return { failure: OF_ANOTHER_CLIENT }
  const result = await revokeOf(tokens, token, client.clientId)
  if (result !== null && !result.revoked && result.claim === 'client_id')
    return { failure: OF_ANOTHER_CLIENT, result: { reason: result.reason } }
  return emptyResponse(200)
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
