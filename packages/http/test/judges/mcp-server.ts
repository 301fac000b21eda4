// An MCP server of the SDK behind our guard, and its authorization server: an application with our endpoints.
import { createHash } from 'node:crypto'
import {
  type AuthInfo,
  createMcpHandler,
  McpServer,
  OAuthError,
  OAuthErrorCode,
  requireBearerAuth,
} from '@modelcontextprotocol/server'
import {
  type Authenticate,
  type Endpoint,
  jwks,
  metadata,
  protectedResource,
  readClientSecret,
  refresh,
} from '../../src/endpoints.ts'
import { Guard, mcpVerifier, toResponse } from '../../src/index.ts'
import { createEnvironment, type Environment } from '../endpoints/environment.ts'
import { serve } from '../endpoints/server.ts'

export interface McpWorld {
  readonly env: Environment
  /** The issuer, and the URL of the MCP server. */
  readonly issuer: string
  readonly resource: string
  /** What was asked, in order: `POST /mcp 401`. */
  readonly requests: string[]
  /** What the tools got to see of their caller. */
  readonly calls: { readonly tool: string; readonly auth: AuthInfo | undefined }[]
  readonly close: () => Promise<void>
}

/** What every request needs, and what each tool does. */
const BASE_SCOPE = 'tools:read'
const SCOPES: Readonly<Record<string, readonly string[]>> = {
  read: [BASE_SCOPE],
  write: [BASE_SCOPE, 'tools:write'],
  erase: [BASE_SCOPE, 'tools:erase'],
}

/** Who decides about a request of the MCP server: {@link Guard}, or the guard of the SDK with our verifier. */
export type GuardName = 'Guard' | 'requireBearerAuth'

export async function startMcp(guard: GuardName): Promise<McpWorld> {
  const { routes, origin, close } = await serve()
  const [issuer, resource] = [`${origin}/tenant`, `${origin}/mcp`]
  const env = await createEnvironment({ issuer, audience: resource }, Date.now())
  const requests: string[] = []
  const add = (path: string, endpoint: Endpoint) => {
    routes.set(path, async (request) => {
      const response = await endpoint(request)
      requests.push(`${request.method} ${path} ${response.status}`)
      return response
    })
  }
  const calls: McpWorld['calls'] = []
  const about = protectedResource({ resource, authorization_servers: [issuer] })
  // Not where clients look by themselves: they must read the challenge (RFC 9728 §5.1).
  add('/about/mcp', about)
  const options = { resource, resourceMetadata: `${origin}/about/mcp` }
  const check = guard === 'Guard' ? ownGuard(env, options) : guardOfSdk(env, options)
  add('/mcp', mcpEndpoint(check, calls))
  const server = metadata(env.tokens, {
    jwks_uri: `${origin}/jwks`,
    authorization_endpoint: `${origin}/authorize`,
    token_endpoint: `${origin}/token`,
    grant_types_supported: ['authorization_code', 'refresh_token'],
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
    token_endpoint_auth_methods_supported: ['none'],
    authorization_response_iss_parameter_supported: true,
  })
  add(server.path, server)
  add('/jwks', jwks(env.tokens))
  const codes = new Map<string, URLSearchParams>()
  add('/authorize', (request) => authorize(request, issuer, codes))
  add('/token', tokenEndpoint(env, codes))
  return {
    env,
    issuer,
    resource,
    requests,
    calls,
    close: async () => {
      await close()
      await env.close()
    },
  }
}

/** Decides whether a request may go on, for which it needs this scope. */
type Check = (request: Request, scope: readonly string[]) => Promise<AuthInfo | Response>

interface ResourceOptions {
  readonly resource: string
  readonly resourceMetadata: string
}

function ownGuard({ tokens }: Environment, options: ResourceOptions): Check {
  const { resource: audience, resourceMetadata } = options
  const guard = new Guard(tokens, { audience, resourceMetadata, scope: BASE_SCOPE })
  return async (request, scope) => {
    const decision = await guard.check(request, scope.join(' '))
    if (!decision.allowed) return toResponse(decision.answer)
    if (decision.auth === null) throw new Error('A request without credentials was allowed.')
    return decision.auth
  }
}

function guardOfSdk({ tokens }: Environment, options: ResourceOptions): Check {
  const invalidToken = (message: string) => new OAuthError(OAuthErrorCode.InvalidToken, message)
  const verifier = mcpVerifier(tokens, { resource: options.resource, invalidToken })
  return async (request, requiredScopes) => {
    const resourceMetadataUrl = options.resourceMetadata
    return requireBearerAuth({
      verifier,
      requiredScopes: [...requiredScopes],
      resourceMetadataUrl,
    })(request)
  }
}

function mcpEndpoint(check: Check, calls: McpWorld['calls']): Endpoint {
  const handler = createMcpHandler(
    () => {
      const server = new McpServer({ name: 'notes', version: '1.0.0' })
      for (const tool of Object.keys(SCOPES)) {
        server.registerTool(tool, {}, ({ http }) => {
          calls.push({ tool, auth: http?.authInfo })
          return { content: [{ type: 'text', text: `done for ${http?.authInfo?.clientId}` }] }
        })
      }
      return server
    },
    // Only requests of the protocol that name their tool in a header, which the handler compares.
    { legacy: 'reject' },
  )
  return async (request) => {
    const scope = SCOPES[request.headers.get('mcp-name') ?? ''] ?? [BASE_SCOPE]
    const auth = await check(request, scope)
    return auth instanceof Response ? auth : handler.fetch(request, { authInfo: auth })
  }
}

/** The login page of an application, whose user `ada` agrees to everything without a look. */
async function authorize(
  request: Request,
  issuer: string,
  codes: Map<string, URLSearchParams>,
): Promise<Response> {
  const asked = new URL(request.url).searchParams
  const code = crypto.randomUUID()
  codes.set(code, asked)
  const callback = new URL(asked.get('redirect_uri') ?? '')
  callback.search = new URLSearchParams({ code, iss: issuer }).toString()
  return new Response(null, { status: 302, headers: { location: callback.href } })
}

/** Public clients: a code is protected by PKCE, a refresh token by rotation. */
const authenticate: Authenticate = (request, form) => {
  const clientId = readClientSecret(request, form)?.clientId
  return clientId === 'agent' ? { clientId } : null
}

/** The application exchanges codes itself, and leaves refresh tokens to our endpoint. */
function tokenEndpoint({ tokens }: Environment, codes: Map<string, URLSearchParams>): Endpoint {
  const refreshed = refresh(tokens, { authenticate })
  return async (request) => {
    const form = new URLSearchParams(await request.clone().text())
    if (form.get('grant_type') !== 'authorization_code') return refreshed(request)
    const code = form.get('code') ?? ''
    const asked = codes.get(code)
    codes.delete(code)
    const challenge = createHash('sha256').update(form.get('code_verifier') ?? '')
    if (asked?.get('code_challenge') !== challenge.digest('base64url'))
      return Response.json({ error: 'invalid_grant' }, { status: 400 })
    const scope = asked.get('scope') ?? ''
    const audience = asked.get('resource') ?? ''
    const login = await tokens.issue({ subject: 'ada', client: 'agent', scope, audience })
    return Response.json({
      access_token: login.accessToken,
      refresh_token: login.refreshToken,
      token_type: 'Bearer',
      expires_in: login.expiresIn,
      scope,
    })
  }
}
