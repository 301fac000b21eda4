import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Refusal, refresh } from '../../src/endpoints.ts'
import {
  authenticate,
  BASIC,
  bodyOf,
  createEnvironment,
  type Environment,
  post,
} from './environment.ts'

let env: Environment
beforeEach(async () => {
  env = await createEnvironment()
})
afterEach(() => env.close())

const login = (more: object = {}) =>
  env.tokens.issue({ subject: 'ada', client: 'web', scope: 'read write', ...more })
const endpoint = (more: object = {}) => refresh(env.tokens, { authenticate, ...more })
const request = (refreshToken: string, more: Record<string, string> = {}, client = 'web') =>
  post(
    { grant_type: 'refresh_token', refresh_token: refreshToken, ...more },
    { authorization: BASIC[client] ?? '' },
  )

test('exchanges a refresh token for both tokens', async () => {
  const response = await endpoint()(request((await login()).refreshToken))
  expect(response.status).toBe(200)
  expect(response.headers.get('cache-control')).toBe('no-store')
  const { access_token, refresh_token, ...others } = await bodyOf(response)
  expect(others).toEqual({ token_type: 'Bearer', expires_in: 900, scope: 'read write' })
  expect(await env.tokens.verify(String(access_token))).toMatchObject({ active: true })
  const next = await env.tokens.verify(String(refresh_token), { kind: 'refresh' })
  expect(next).toMatchObject({ active: true })
})

test('accepts the secret in the form', async () => {
  const { refreshToken } = await login()
  const form = { grant_type: 'refresh_token', refresh_token: refreshToken }
  const response = await endpoint()(
    post({ ...form, client_id: 'web', client_secret: 'web secret+%' }),
  )
  expect(response.status).toBe(200)
})

test('names no scope where the login has none', async () => {
  const { refreshToken } = await env.tokens.issue({ subject: 'ada', client: 'web' })
  const response = await endpoint()(request(refreshToken))
  expect(await bodyOf(response)).not.toHaveProperty('scope')
})

test('narrows the scope of the access token', async () => {
  const response = await endpoint()(request((await login()).refreshToken, { scope: 'read' }))
  const { access_token, scope } = await bodyOf(response)
  expect(scope).toBe('read')
  expect(await env.tokens.verify(String(access_token), { scope: 'write' })).toMatchObject({
    reason: 'insufficient-scope',
  })
})

test('computes the claims for the user of the verified token', async () => {
  const asked: unknown[] = []
  const claims = (of: object) => {
    asked.push(of)
    return { roles: ['admin'] }
  }
  const first = await login()
  const response = await endpoint({ claims })(request(first.refreshToken))
  expect(asked).toEqual([{ subject: 'ada', client: 'web', session: first.session }])
  const { access_token } = await bodyOf(response)
  const result = await env.tokens.verify(String(access_token))
  expect(result).toMatchObject({ active: true, claims: { roles: ['admin'] } })
  await endpoint({ claims })(request(first.accessToken))
  expect(asked).toHaveLength(1)
})

describe('refuses', () => {
  const refused = async (sent: Request) => {
    const response = await endpoint()(sent)
    return { status: response.status, ...(await bodyOf(response)) }
  }
  const INVALID_GRANT = { status: 400, error: 'invalid_grant' }

  test('a revoked, an expired, and a forged token alike', async () => {
    const { refreshToken, session, accessToken } = await login()
    await env.tokens.revoke({ session })
    const revoked = await refused(request(refreshToken))
    const forged = await refused(request(`${refreshToken.slice(0, -5)}AAAAA`))
    const access = await refused(request(accessToken))
    const rubbish = await refused(request('rubbish'))
    const later = (await login()).refreshToken
    env.clock.now += 91 * 86_400_000
    const expired = await refused(request(later))
    expect(revoked).toMatchObject(INVALID_GRANT)
    expect([forged, access, rubbish, expired]).toEqual([revoked, revoked, revoked, revoked])
  })

  test('a token of another client, which stays valid', async () => {
    const { refreshToken } = await login()
    expect(await refused(request(refreshToken, {}, 'other'))).toMatchObject(INVALID_GRANT)
    expect((await endpoint()(request(refreshToken))).status).toBe(200)
    env.clock.now += 3600_000
  })

  test('more scope than was granted, and a scope that is none', async () => {
    const { refreshToken } = await login()
    const answer = { status: 400, error: 'invalid_scope' }
    expect(await refused(request(refreshToken, { scope: 'admin' }))).toMatchObject(answer)
    expect(await refused(request(refreshToken, { scope: 'a"b' }))).toMatchObject(answer)
    expect((await endpoint()(request(refreshToken))).status).toBe(200)
  })

  test('another grant type, and missing parameters', async () => {
    const headers = { authorization: BASIC['web'] ?? '' }
    const cases: [Record<string, string>, string][] = [
      [{ grant_type: 'password' }, 'unsupported_grant_type'],
      [{ refresh_token: 'x' }, 'invalid_request'],
      [{ grant_type: 'refresh_token' }, 'invalid_request'],
    ]
    for (const [form, error] of cases)
      expect(await refused(post(form, headers))).toMatchObject({ status: 400, error })
  })

  // RFC 6749 §5.2: it "utilizes more than one mechanism for authenticating the client".
  test.for([
    { client_secret: 'web secret+%' },
    { client_assertion: 'a.b.c' },
    { client_assertion: 'a.b.c', client_secret: 'x' },
  ])('two methods of authentication: a header and %o', async (more) => {
    const answer = { status: 400, error: 'invalid_request' }
    expect(await refused(request((await login()).refreshToken, more))).toMatchObject(answer)
  })

  test('an unknown client, before the token is looked at', async () => {
    const { refreshToken } = await login()
    const { calls } = env.store
    const sent = post(
      { grant_type: 'refresh_token', refresh_token: refreshToken },
      { authorization: `Basic ${btoa('web:wrong')}` },
    )
    const response = await endpoint()(sent)
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe('Basic realm="oauth"')
    expect(await bodyOf(response)).toMatchObject({ error: 'invalid_client' })
    expect(env.store.calls).toBe(calls)
  })
})

test('answers 503 where the outcome is unknown, and the client may repeat the request', async () => {
  await env.close()
  env = await createEnvironment({ deadline: '2s' })
  const { refreshToken } = await login()
  env.store.fault = (call) => (call === 'write' ? 'lost' : 'none')
  let writes = 0
  env.store.fault = (call) => {
    if (call === 'write') writes++
    return writes === 0 ? 'none' : call === 'write' ? 'lost' : 'down'
  }
  const response = await endpoint()(request(refreshToken))
  expect(response.status).toBe(503)
  expect(response.headers.get('retry-after')).toBe('5')
  env.store.fault = () => 'none'
  env.clock.now += 5_000
  expect((await endpoint()(request(refreshToken))).status).toBe(200)
})

test('answers 503 where the store is down', async () => {
  const { refreshToken } = await login()
  env.store.fault = () => 'down'
  const response = await endpoint()(request(refreshToken))
  expect([response.status, await bodyOf(response)]).toMatchObject([
    503,
    { error: 'temporarily_unavailable' },
  ])
})

test('tells the application why, and the client nothing of it', async () => {
  const refusals: Refusal[] = []
  const onRefused = (refusal: Refusal) => {
    refusals.push(refusal)
    throw new Error('the log is full')
  }
  const { refreshToken, session } = await login()
  await env.tokens.revoke({ session })
  const response = await endpoint({ onRefused })(request(refreshToken))
  expect(await response.text()).not.toContain('revoked')
  expect(refusals).toMatchObject([
    { status: 400, error: 'invalid_grant', result: { reason: 'revoked' } },
  ])
  const failing = () => Promise.reject(new Error('the secret database'))
  const failed = await endpoint({ onRefused, authenticate: failing })(request(refreshToken))
  expect([failed.status, await failed.text()]).toEqual([
    500,
    '{"error":"server_error","error_description":"The server failed to answer the request."}',
  ])
  expect(refusals[1]).toMatchObject({ status: 500, cause: { message: 'the secret database' } })
})

test.for([[undefined], [{}], [{ clientId: '' }], [true], ['web']])(
  'what a callback returns by mistake authenticates nothing: %j',
  async ([answer]) => {
    const wrong = endpoint({ authenticate: () => answer })
    expect((await wrong(request((await login()).refreshToken))).status).toBe(500)
  },
)

test('wrong options are refused', () => {
  const refused = expect.objectContaining({ code: 'TOKENWARD_INVALID_INPUT' })
  const make = refresh as (...input: unknown[]) => unknown
  for (const options of [
    {},
    { authenticate: 1 },
    { authenticate, x: 1 },
    { authenticate, claims: {} },
    { cookie: {} },
  ])
    expect(() => make(env.tokens, options)).toThrow(refused)
  expect(() => make(Promise.resolve(env.tokens), { authenticate })).toThrow(refused)
})
