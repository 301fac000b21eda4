import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { createRequestListener } from '@remix-run/node-fetch-server'
import { createTokenward, generateKeys, prepare, type Tokenward } from '@tokenward/core'
import { bearer } from '@tokenward/http'
import {
  type Authenticate,
  type Endpoint,
  introspection,
  jwks,
  metadata,
  protectedResource,
  readClientSecret,
  refresh,
  revocation,
} from '@tokenward/http/endpoints'
import { memory } from '@tokenward/memory'

/** The audience of the access tokens: the URL of a resource server. */
export const AUDIENCE = 'https://notes.example.com'

/** The clients `web` and `notes` (the resource server), and one of each whose secret must be encoded. */
const SECRETS = new Map([
  ['web', 'web-secret'],
  ['notes', 'notes-secret'],
  ['web-encoded', 'a+b %2B&c'],
  ['notes-encoded', 'a+b %2B&c'],
])

interface AuthorizationServerOptions {
  /** Publishes the metadata also where OpenID Connect Discovery looks. */
  readonly openid?: boolean
}

/** An authorization server of ours on a free port of the loopback, for a judge that is another process. */
export class AuthorizationServer implements AsyncDisposable {
  readonly issuer: string
  readonly #server: Server
  readonly #tokens: Tokenward

  private constructor(issuer: string, server: Server, tokens: Tokenward) {
    this.issuer = issuer
    this.#server = server
    this.#tokens = tokens
  }

  static async start({
    openid = false,
  }: AuthorizationServerOptions = {}): Promise<AuthorizationServer> {
    const routes = new Map<string, Endpoint>()
    const notFound = async () => new Response('', { status: 404 })
    const server = createServer(
      createRequestListener((request) => {
        const route = routes.get(new URL(request.url).pathname) ?? notFound
        return route(request)
      }),
    )
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    assert(address !== null && typeof address === 'object')
    // With a path, so that the well-known addresses must be made by the rules.
    const issuer = `http://127.0.0.1:${address.port}/tenant`
    const tokens = await instance(issuer)
    for (const [url, endpoint] of endpoints(tokens, openid))
      routes.set(new URL(url).pathname, endpoint)
    return new AuthorizationServer(issuer, server, tokens)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await this.#tokens.close()
  }
}

async function instance(issuer: string): Promise<Tokenward> {
  const options = {
    issuer,
    keys: await generateKeys(),
    repository: memory(),
    audience: AUDIENCE,
    // Long enough for a busy machine.
    deadline: '20s',
  } as const
  await prepare(options)
  return createTokenward(options)
}

const authenticate: Authenticate = (request, form) => {
  const { clientId = '', clientSecret } = readClientSecret(request, form) ?? {}
  const secret = SECRETS.get(clientId)
  if (secret === undefined || clientSecret !== secret) return null
  return clientId.startsWith('notes') ? { clientId, audience: AUDIENCE } : { clientId }
}

function* endpoints(tokens: Tokenward, openid: boolean): Generator<[string, Endpoint]> {
  const { issuer } = tokens
  const server = metadata(tokens, {
    jwks_uri: `${issuer}/jwks`,
    token_endpoint: `${issuer}/token`,
    introspection_endpoint: `${issuer}/introspect`,
    revocation_endpoint: `${issuer}/revoke`,
  })
  const resource = protectedResource({
    resource: `${issuer}/orders`,
    authorization_servers: [issuer],
  })
  yield [server.url, server]
  if (openid) yield [`${issuer}/.well-known/openid-configuration`, server]
  yield [resource.url, resource]
  yield [`${issuer}/jwks`, jwks(tokens)]
  yield [`${issuer}/token`, refresh(tokens, { authenticate })]
  yield [`${issuer}/introspect`, introspection(tokens, { authenticate })]
  yield [`${issuer}/revoke`, revocation(tokens, { authenticate })]
  const guard = bearer(tokens, { audience: AUDIENCE, resourceMetadata: resource.url })
  yield [`${issuer}/orders`, guard(({ auth }) => Response.json({ subject: auth.subject }))]
  yield [`${issuer}/login`, (request) => login(tokens, request)]
}

/** In place of the login of an application. `client` is a parameter of the query. */
async function login(tokens: Tokenward, request: Request): Promise<Response> {
  const client = new URL(request.url).searchParams.get('client') ?? 'web'
  const issued = await tokens.issue({ subject: 'ada', client, scope: 'read write' })
  const { accessToken, refreshToken, expiresIn } = issued
  return Response.json({
    access_token: accessToken,
    refresh_token: refreshToken,
    token_type: 'Bearer',
    expires_in: expiresIn,
  })
}
