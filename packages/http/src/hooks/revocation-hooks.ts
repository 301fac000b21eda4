import type { OneOrMany } from '@tokenward/core'
import { parseObject } from '@tokenward/core/adapter'
import { toGuardError } from '../guard/guard-error.ts'
import { parseAudience, parseVerifier, type Verifier } from '../guard/options.ts'
import { parseFunction } from '../options/checks.ts'
import { readCredentials } from '../request/credentials.ts'
import { authorizationOf, type NodeRequest } from '../request/incoming.ts'

/** The options of {@link isRevoked} and {@link trusted}. */
export interface HookOptions {
  /**
   * One of these must be in the claim `aud`.
   * @default the `audience` of the instance
   */
  readonly audience?: OneOrMany
  /**
   * Where the library finds the token of a request, if it is not the header `Authorization`.
   * @example
   * getToken: (request) => request.cookies.token
   */
  // biome-ignore lint/suspicious/noExplicitAny: the request of the framework
  readonly getToken?: (request: any) => string | undefined
}

/**
 * The option `isRevoked` of express-jwt and koa-jwt: whether a token that the library has accepted is
 * revoked. Where the store is unavailable it rejects with an error whose `status` is 503.
 * @throws `TOKENWARD_INVALID_INPUT`: an option is wrong
 * @example
 * app.use(expressjwt({ secret, algorithms: ['ES256'], isRevoked: isRevoked(tokens) }))
 */
export function isRevoked(
  tokens: Verifier,
  options: HookOptions = {},
): (request: NodeRequest, decoded?: unknown, token?: unknown) => Promise<boolean> {
  const isActive = activeCheck(tokens, options)
  return async (request, _, token) => !(await isActive(request, token))
}

/**
 * The option `trusted` of @fastify/jwt: whether a token that the library has accepted is not revoked.
 * Where the store is unavailable it rejects with an error whose `statusCode` is 503.
 * @throws `TOKENWARD_INVALID_INPUT`: an option is wrong
 * @example
 * fastify.register(fastifyJwt, { secret, trusted: trusted(tokens) })
 */
export function trusted(
  tokens: Verifier,
  options: HookOptions = {},
): (request: NodeRequest, decoded?: unknown) => Promise<boolean> {
  const isActive = activeCheck(tokens, options)
  return (request) => isActive(request, undefined)
}

type ActiveCheck = (request: NodeRequest, token: unknown) => Promise<boolean>

function activeCheck(input: Verifier, options: HookOptions): ActiveCheck {
  const tokens = parseVerifier(input)
  const parsed = parseObject('options', options, ['audience', 'getToken'])
  const verifyOptions =
    parsed.audience === undefined
      ? undefined
      : { audience: parseAudience('audience', parsed.audience) }
  const getToken =
    parsed.getToken === undefined
      ? tokenOf
      : parseFunction<NonNullable<HookOptions['getToken']>>('getToken', parsed.getToken)
  return async (request, given) => {
    // koa-jwt passes the token; the others pass only what it contains.
    const token = typeof given === 'string' ? given : getToken(request)
    if (token === undefined) return false
    try {
      return (await tokens.verify(token, verifyOptions)).active
    } catch (error) {
      throw toGuardError(error)
    }
  }
}

function tokenOf(request: NodeRequest): string | undefined {
  const credentials = readCredentials(authorizationOf(request), ['Bearer'])
  return credentials !== null && 'token' in credentials ? credentials.token : undefined
}
