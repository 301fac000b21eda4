// The endpoints, judged by the OAuth clients of others.
import { type Tokenward, trust } from '@tokenward/core'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import * as oauth from 'oauth4webapi'
import * as openid from 'openid-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  introspection,
  jwks,
  metadata,
  protectedResource,
  refresh,
  revocation,
} from '../../src/endpoints.ts'
import { versionOf } from '../judges/version.ts'
import { authenticate, createEnvironment, type Environment } from './environment.ts'
import { type Served, serve } from './server.ts'

let served: Served
let env: Environment
let tokens: Tokenward
let issuer: string
let resource: string
const insecure = { [oauth.allowInsecureRequests]: true }
const web: oauth.Client = { client_id: 'web' }
const notes: oauth.Client = { client_id: 'notes' }
const webSecret = oauth.ClientSecretBasic('web secret+%')
const notesSecret = oauth.ClientSecretPost('notes-secret')

beforeAll(async () => {
  served = await serve()
  // With a path, so that the well-known addresses must be made by the rules.
  issuer = `${served.origin}/tenant`
  resource = `${served.origin}/mcp?version=1`
  env = await createEnvironment({ issuer, audience: ['https://notes.example'] }, Date.now())
  tokens = env.tokens
  const url = (path: string) => served.origin + path
  const server = metadata(tokens, {
    jwks_uri: url('/jwks'),
    token_endpoint: url('/token'),
    introspection_endpoint: url('/introspect'),
    revocation_endpoint: url('/revoke'),
    introspection_signing_alg_values_supported: ['ES256'],
  })
  const protectedBy = protectedResource({ resource, authorization_servers: [issuer] })
  served.routes.set(server.path, server)
  served.routes.set(protectedBy.path, protectedBy)
  served.routes.set('/jwks', jwks(tokens))
  served.routes.set('/token', refresh(tokens, { authenticate }))
  served.routes.set('/introspect', introspection(tokens, { authenticate }))
  served.routes.set('/revoke', revocation(tokens, { authenticate }))
})
afterAll(async () => {
  await env.close()
  await served.close()
})

const login = () => tokens.issue({ subject: 'ada', client: 'web', scope: 'read write' })

describe(`oauth4webapi ${versionOf('oauth4webapi')}`, () => {
  const discover = async () => {
    const url = new URL(issuer)
    const response = await oauth.discoveryRequest(url, { algorithm: 'oauth2', ...insecure })
    return oauth.processDiscoveryResponse(url, response)
  }

  test('discovers the server (RFC 8414), from the resource (RFC 9728)', async () => {
    const response = await oauth.resourceDiscoveryRequest(new URL(resource), insecure)
    const found = await oauth.processResourceDiscoveryResponse(new URL(resource), response)
    expect(found).toMatchObject({
      authorization_servers: [issuer],
      bearer_methods_supported: ['header'],
    })
    expect(await discover()).toMatchObject({ issuer, grant_types_supported: ['refresh_token'] })
  })

  test('refreshes, narrows the scope, and validates the access token by the published keys', async () => {
    const as = await discover()
    const { refreshToken } = await login()
    const response = await oauth.refreshTokenGrantRequest(as, web, webSecret, refreshToken, {
      additionalParameters: { scope: 'read' },
      ...insecure,
    })
    const result = await oauth.processRefreshTokenResponse(as, web, response)
    expect(result).toMatchObject({ token_type: 'bearer', expires_in: 900, scope: 'read' })
    const request = new Request(resource, {
      headers: { authorization: `Bearer ${result.access_token}` },
    })
    const claims = await oauth.validateJwtAccessToken(
      as,
      request,
      'https://notes.example',
      insecure,
    )
    expect(claims).toMatchObject({ sub: 'ada', scope: 'read' })
  })

  test('recognizes the errors of the token endpoint', async () => {
    const as = await discover()
    const response = await oauth.refreshTokenGrantRequest(as, web, webSecret, 'rubbish', insecure)
    await expect(oauth.processRefreshTokenResponse(as, web, response)).rejects.toMatchObject({
      error: 'invalid_grant',
      status: 400,
    })
    const wrong = oauth.ClientSecretBasic('wrong')
    const refused = await oauth.refreshTokenGrantRequest(as, web, wrong, 'rubbish', insecure)
    await expect(oauth.processRefreshTokenResponse(as, web, refused)).rejects.toMatchObject({
      name: 'WWWAuthenticateChallengeError',
      status: 401,
    })
  })

  test('introspects, in JSON (RFC 7662) and as a JWT (RFC 9701)', async () => {
    const as = await discover()
    const { accessToken } = await login()
    const plain = await oauth.introspectionRequest(as, notes, notesSecret, accessToken, insecure)
    const introspected = await oauth.processIntrospectionResponse(as, notes, plain)
    expect(introspected).toMatchObject({ active: true, sub: 'ada' })
    const client = { ...notes, introspection_signed_response_alg: 'ES256' }
    const options = { requestJwtResponse: true, ...insecure }
    const signed = await oauth.introspectionRequest(as, client, notesSecret, accessToken, options)
    expect(signed.headers.get('content-type')).toBe('application/token-introspection+jwt')
    const response = signed.clone()
    expect(await oauth.processIntrospectionResponse(as, client, signed)).toEqual(introspected)
    const keys = createRemoteJWKSet(new URL(as.jwks_uri ?? ''))
    await jwtVerify(await response.text(), keys, { issuer, audience: 'notes' })
  })

  test('revokes (RFC 7009), after which the token is inactive', async () => {
    const as = await discover()
    const { accessToken, refreshToken } = await login()
    const response = await oauth.revocationRequest(as, web, webSecret, refreshToken, insecure)
    expect(await oauth.processRevocationResponse(response)).toBeUndefined()
    const asked = await oauth.introspectionRequest(as, notes, notesSecret, accessToken, insecure)
    expect(await oauth.processIntrospectionResponse(as, notes, asked)).toEqual({ active: false })
  })
})

describe(`openid-client ${versionOf('openid-client')}`, () => {
  const discover = (clientId: string, secret: string) =>
    openid.discovery(new URL(issuer), clientId, secret, undefined, {
      algorithm: 'oauth2',
      execute: [openid.allowInsecureRequests],
    })

  test('discovers, refreshes, introspects and revokes', async () => {
    const client = await discover('web', 'web secret+%')
    const { refreshToken } = await login()
    const next = await openid.refreshTokenGrant(client, refreshToken)
    expect(next.refresh_token).not.toBe(refreshToken)
    const own = await openid.tokenIntrospection(client, next.access_token)
    expect(own).toMatchObject({ active: true, client_id: 'web' })
    await openid.tokenRevocation(client, next.refresh_token ?? '')
    expect(await openid.tokenIntrospection(client, next.access_token)).toEqual({ active: false })
    await expect(openid.refreshTokenGrant(client, next.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
    })
  })

  test('a client that repeats a refresh gets the same refresh token', async () => {
    const client = await discover('web', 'web secret+%')
    const { refreshToken } = await login()
    const first = await openid.refreshTokenGrant(client, refreshToken)
    const second = await openid.refreshTokenGrant(client, refreshToken)
    // A signature with ES256 has other bytes each time.
    const signed = (token = '') => token.split('.').slice(0, 2)
    expect(signed(second.refresh_token)).toEqual(signed(first.refresh_token))
  })

  test('a client cannot revoke the token of another one', async () => {
    const other = await discover('other', 'other-secret')
    const { accessToken } = await login()
    await expect(openid.tokenRevocation(other, accessToken)).rejects.toMatchObject({
      error: 'invalid_grant',
    })
    expect(await tokens.verify(accessToken)).toMatchObject({ active: true })
  })
})

test('another instance discovers the keys and trusts the tokens', async () => {
  const audience = 'https://notes.example'
  const trusting = { trust: [trust(issuer, { audience, maxLifetime: '1h' })] }
  const other = await createEnvironment(trusting, Date.now())
  const { accessToken } = await login()
  expect(await other.tokens.verify(accessToken, { audience })).toMatchObject({ active: true })
  await other.close()
})
