import {
  type AuthInfo,
  bearerAuthChallengeResponse,
  OAuthError,
  OAuthErrorCode,
  verifyBearerToken,
} from '@modelcontextprotocol/server'
import { GuardError, mcpVerifier } from '@tokenward/http'
import { RESOURCE, resource, tokens } from './tokens.ts'

const tokenVerifier = mcpVerifier(tokens, {
  resource: RESOURCE,
  invalidToken: (message) => new OAuthError(OAuthErrorCode.InvalidToken, message),
})
const options = {
  verifier: {
    async verifyAccessToken(token: string): Promise<AuthInfo> {
      const auth = await tokenVerifier.verifyAccessToken(token)
      return { ...auth, extra: { subject: auth.subject } }
    },
  },
  expectedResource: RESOURCE,
  requiredScopes: ['notes:read'],
  resourceMetadataUrl: resource.url,
}

/** The SDK's own `requireBearerAuth`, but for the store that is down, which would be a 500 there. */
export async function authenticate(request: Request): Promise<AuthInfo | Response> {
  try {
    return await verifyBearerToken(request.headers.get('authorization'), options)
  } catch (error) {
    if (!(error instanceof GuardError)) return bearerAuthChallengeResponse(error, options)
    console.error(error.cause)
    return new Response(null, { status: error.status, headers: error.headers })
  }
}
