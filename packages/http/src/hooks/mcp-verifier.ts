import { parseObject } from '@tokenward/core/adapter'
import { type Auth, toAuth } from '../guard/auth.ts'
import { toGuardError } from '../guard/guard-error.ts'
import { parseVerifier, type Verifier } from '../guard/options.ts'
import { INVALID_TOKEN } from '../guard/refusal.ts'
import { parseFunction, parseUrl } from '../options/checks.ts'

/** The options of {@link mcpVerifier}. */
export interface McpVerifierOptions {
  /** The URL of the MCP server: the audience that tokens must have (RFC 8707). */
  readonly resource: string | URL
  /**
   * Makes the error for which the SDK answers 401: any other is a 500.
   * @example
   * invalidToken: (message) => new OAuthError(OAuthErrorCode.InvalidToken, message)
   */
  readonly invalidToken: (message: string) => Error
}

/** An `OAuthTokenVerifier` of the MCP SDK. */
export interface McpVerifier<C extends object = object> {
  verifyAccessToken(token: string): Promise<Auth<C> & { resource: URL }>
}

/**
 * The `verifier` of `requireBearerAuth` in the MCP SDK. Where the store is unavailable, the SDK answers
 * 500; the guard of this package answers 503, and its `auth` is what the SDK reads, so prefer it.
 * @throws `TOKENWARD_INVALID_INPUT`: an option is wrong
 */
export function mcpVerifier<C extends object>(
  tokens: Verifier<C>,
  options: McpVerifierOptions,
): McpVerifier<C> {
  const verifier = parseVerifier<C>(tokens)
  const parsed = parseObject('options', options, ['resource', 'invalidToken'])
  const resource = new URL(parseUrl('resource', parsed.resource))
  const invalidToken = parseFunction<McpVerifierOptions['invalidToken']>(
    'invalidToken',
    parsed.invalidToken,
  )
  // A URL without a path gains a slash when it is parsed; MCP clients leave it out.
  const audience =
    resource.href === `${resource.origin}/` ? [resource.href, resource.origin] : resource.href
  return {
    async verifyAccessToken(token) {
      const result = await verifier.verify(token, { audience }).catch((error: unknown) => {
        throw toGuardError(error)
      })
      if (!result.active) throw invalidToken(INVALID_TOKEN.description)
      return { ...toAuth(token, result), resource: new URL(resource) }
    },
  }
}
