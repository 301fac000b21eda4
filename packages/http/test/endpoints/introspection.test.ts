import { createLocalJWKSet, jwtVerify } from 'jose'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { introspection } from '../../src/endpoints.ts'
import {
  authenticate,
  BASIC,
  bodyOf,
  createEnvironment,
  type Environment,
  IDP,
  ISSUER,
  post,
  RESOURCE,
} from './environment.ts'

let env: Environment
beforeEach(async () => {
  env = await createEnvironment()
})
afterEach(() => env.close())

const INACTIVE = { active: false }
const ask = (token: string, client = 'notes', headers = {}) =>
  introspection(env.tokens, { authenticate })(
    post({ token }, { authorization: BASIC[client] ?? '', ...headers }),
  )
const answer = async (token: string, client = 'notes') => bodyOf(await ask(token, client))
const login = (more: object = {}) =>
  env.tokens.issue({ subject: 'ada', client: 'web', scope: 'read', audience: RESOURCE, ...more })
const external = (more: object = {}) => {
  const exp = Math.floor(env.clock.now / 1000) + 600
  return env.signed({ aud: [ISSUER, RESOURCE], sub: 'ada', exp, ...more }, { typ: 'at+jwt' })
}

test('a protected resource sees the access tokens for its audience', async () => {
  const { accessToken, jti, session } = await login({ claims: { roles: ['admin'], active: false } })
  const response = await ask(accessToken)
  expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store'])
  const iat = env.clock.now / 1000
  expect(await bodyOf(response)).toEqual({
    active: true,
    token_type: 'Bearer',
    iss: ISSUER,
    sub: 'ada',
    aud: RESOURCE,
    client_id: 'web',
    scope: 'read',
    sid: session,
    roles: ['admin'],
    jti,
    iat,
    exp: iat + 900,
  })
})

test('a client sees its own tokens of both kinds', async () => {
  const { accessToken, refreshToken } = await login({ audience: 'https://unrelated.example' })
  expect(await answer(accessToken, 'web')).toMatchObject({ active: true, client_id: 'web' })
  const refresh = await answer(refreshToken, 'web')
  expect(refresh).toMatchObject({ active: true, client_id: 'web' })
  expect(refresh).not.toHaveProperty('token_type')
})

test('a provider that is trusted: its tokens, with the key that they are bound to', async () => {
  const token = await external({ cnf: { jkt: 'thumbprint' } })
  const shown = { active: true, iss: IDP, token_type: 'DPoP', cnf: { jkt: 'thumbprint' } }
  expect(await answer(token)).toMatchObject(shown)
})

describe('what a caller may not see is inactive, and the store is not asked:', () => {
  const cases: readonly [string, string, () => Promise<string>][] = [
    [
      'the token of another audience',
      'notes',
      async () => (await login({ audience: ISSUER })).accessToken,
    ],
    ['the refresh token of a client', 'notes', async () => (await login()).refreshToken],
    [
      'a refresh token, whose audience is the issuer',
      'api',
      async () => (await login()).refreshToken,
    ],
    ['the token of another client', 'other', async () => (await login()).accessToken],
    ['the refresh token of another client', 'other', async () => (await login()).refreshToken],
    [
      'the token of a client of the same id at a provider',
      'web',
      () => external({ client_id: 'web', aud: ISSUER }),
    ],
    ['no token', 'notes', async () => 'rubbish'],
    ['a forged token', 'notes', async () => `${(await login()).accessToken.slice(0, -5)}AAAAA`],
    ['an expired token', 'notes', () => external({ exp: Math.floor(env.clock.now / 1000) - 1 })],
    [
      'an audience that is no string',
      'notes',
      () => external({ aud: [RESOURCE, 1, '\ud800'] as string[] }),
    ],
    ['an unknown issuer', 'notes', () => external({ iss: 'https://unknown.example' })],
  ]
  test.for(cases)('%s', async ([, client, make]) => {
    const token = await make()
    const { calls } = env.store
    const response = await ask(token, client)
    expect([response.status, await bodyOf(response)]).toEqual([200, INACTIVE])
    expect(env.store.calls).toBe(calls)
  })
})

test('a revoked, a consumed and an unknown token are inactive, without a reason', async () => {
  const revoked = (await login()).accessToken
  await env.tokens.revoke(revoked)
  const consumed = (await login()).accessToken
  await env.tokens.consume(consumed, { audience: RESOURCE })
  for (const token of [revoked, consumed]) expect(await answer(token)).toEqual(INACTIVE)
})

test('answers 503 where it is unknown', async () => {
  const { accessToken } = await login()
  env.store.fault = () => 'down'
  expect((await ask(accessToken)).status).toBe(503)
})

test('answers 503 where the instance accepts tokens without the store', async () => {
  await env.close()
  env = await createEnvironment({ onUnavailable: 'accept' })
  const { accessToken } = await login()
  env.store.fault = () => 'down'
  const failedOpen = await env.tokens.verify(accessToken, { audience: RESOURCE })
  expect(failedOpen).toMatchObject({ active: true, storeChecked: false })
  expect((await ask(accessToken)).status).toBe(503)
})

test('authenticates who asks', async () => {
  const { accessToken } = await login()
  const { calls } = env.store
  const response = await ask(accessToken, 'unknown')
  expect([response.status, await bodyOf(response)]).toMatchObject([
    401,
    { error: 'invalid_client' },
  ])
  expect(env.store.calls).toBe(calls)
  const make = introspection as (...input: unknown[]) => unknown
  expect(() => make(env.tokens, {})).toThrow(expect.objectContaining({ path: 'authenticate' }))
})

test('the token is required', async () => {
  expect((await ask('')).status).toBe(400)
})

describe('the signed response', () => {
  const JWT = 'application/token-introspection+jwt'

  test('is addressed to who asked, and holds the same members', async () => {
    const { accessToken } = await login()
    for (const token of [accessToken, 'rubbish']) {
      const response = await ask(token, 'notes', { accept: JWT })
      expect(response.headers.get('content-type')).toBe(JWT)
      expect(response.headers.get('cache-control')).toBe('no-store')
      const keys = createLocalJWKSet({ keys: [...env.tokens.jwks().keys] })
      const { payload } = await jwtVerify(await response.text(), keys, {
        issuer: ISSUER,
        audience: 'notes',
        typ: 'token-introspection+jwt',
        currentDate: new Date(env.clock.now),
      })
      expect(payload['token_introspection']).toEqual(await answer(token))
      // RFC 9701 §5: none of these at the top level.
      for (const name of ['sub', 'exp']) expect(payload).not.toHaveProperty(name)
    }
  })

  test.for([
    [`application/json, ${JWT}`, 'application/json'],
    [`${JWT}, application/json;q=0.5`, JWT],
    ['*/*', 'application/json'],
    [`${'x'.repeat(5000)}, ${JWT}`, 'application/json'],
  ])('is chosen by Accept: %.40s', async ([accept = '', type]) => {
    const response = await ask('rubbish', 'notes', { accept })
    expect(response.headers.get('content-type')).toBe(type)
  })
})
