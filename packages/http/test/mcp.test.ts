import { requireBearerAuth as requireOnExpress } from '@modelcontextprotocol/express'
import {
  type AuthInfo,
  OAuthError,
  OAuthErrorCode,
  requireBearerAuth,
} from '@modelcontextprotocol/server'
import { createTokenward, generateKeys, prepare, type Tokenward } from '@tokenward/core'
import { memory } from '@tokenward/memory'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { type Auth, bearer, mcpVerifier } from '../src/index.ts'
import { type Switch, switchedStore } from './switched-store.ts'

const RESOURCE = 'https://mcp.example'
const store: Switch = { state: 'available', reads: 0 }
let tokens: Tokenward

beforeAll(async () => {
  const options = {
    issuer: 'https://auth.example',
    keys: await generateKeys(),
    repository: switchedStore(memory(), store),
    deadline: '1m',
  } as const
  await prepare(options)
  tokens = await createTokenward(options)
})
beforeEach(() => {
  store.state = 'available'
})

const issue = (audience: string) =>
  tokens.issue({ subject: 'ada', client: 'agent', scope: 'tools', audience })
const requestWith = (token: string) =>
  new Request(RESOURCE, { headers: { authorization: `Bearer ${token}` } })
const options = {
  resource: RESOURCE,
  invalidToken: (message: string) => new OAuthError(OAuthErrorCode.InvalidToken, message),
}
const handle = async (token: string) => {
  const guard = requireBearerAuth({
    verifier: mcpVerifier(tokens, options),
    requiredScopes: ['tools'],
  })
  return guard(requestWith(token))
}

test('the SDK gets what it reads from a token', async () => {
  const { accessToken, expiresAt } = await issue(RESOURCE)
  const auth: AuthInfo = await mcpVerifier(tokens, options).verifyAccessToken(accessToken)
  expect(auth).toMatchObject({ token: accessToken, clientId: 'agent', scopes: ['tools'] })
  expect(auth.expiresAt).toBe(Math.floor(expiresAt / 1000))
  expect(auth.resource).toEqual(new URL(RESOURCE))
  expect(await handle(accessToken)).toMatchObject({ clientId: 'agent' })
})

test('the middleware of the SDK for Express takes the verifier', () => {
  const middleware = requireOnExpress({ verifier: mcpVerifier(tokens, options) })
  expect(middleware).toBeTypeOf('function')
})

test('a revoked agent is refused at its next call', async () => {
  const { accessToken } = await issue(RESOURCE)
  await tokens.revoke(accessToken)
  const refused = (await handle(accessToken)) as Response
  expect(refused.status).toBe(401)
  expect(refused.headers.get('www-authenticate')).toContain('error="invalid_token"')
})

// RFC 8707: a token for another server must not work here.
test('a token for another resource is refused', async () => {
  const { accessToken } = await issue('https://other.example')
  expect(await handle(accessToken)).toMatchObject({ status: 401 })
})

test.for(['https://mcp.example/', 'https://mcp.example'])(
  'the audience may be written as %s',
  async (audience) => {
    const { accessToken } = await issue(audience)
    const verifier = mcpVerifier(tokens, { ...options, resource: new URL(RESOURCE) })
    expect(await verifier.verifyAccessToken(accessToken)).toMatchObject({ clientId: 'agent' })
  },
)

test('an outage of the store is no refusal', async () => {
  const { accessToken } = await issue(RESOURCE)
  store.state = 'failing'
  const verified = mcpVerifier(tokens, options).verifyAccessToken(accessToken)
  await expect(verified).rejects.toMatchObject({ name: 'GuardError', status: 503 })
  expect(await handle(accessToken)).toMatchObject({ status: 500 })
})

test('the guard of the Web sets what the transports of the SDK read', async () => {
  const { accessToken } = await issue(RESOURCE)
  const seen: AuthInfo[] = []
  const guarded = bearer(tokens, { audience: RESOURCE })((request) => {
    const auth: Auth = request.auth
    seen.push(auth)
    return new Response()
  })
  await guarded(requestWith(accessToken))
  expect(seen).toMatchObject([{ token: accessToken, clientId: 'agent' }])
})
