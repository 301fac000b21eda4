import { parseSetCookie } from 'cookie'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { refresh, SessionCookie } from '../../src/endpoints.ts'
import {
  authenticate,
  bodyOf,
  createEnvironment,
  type Environment,
  pagePost,
} from './environment.ts'

let env: Environment
beforeEach(async () => {
  env = await createEnvironment()
})
afterEach(() => env.close())

const cookie = new SessionCookie({ origin: 'https://app.example' })
const login = (more: object = {}) => env.tokens.issue({ subject: 'ada', client: 'web', ...more })
const endpoint = (more: object = {}) => refresh(env.tokens, { cookie, ...more })
const asSent = (setCookie: string) => setCookie.split(';')[0] ?? ''

test('the cookie is out of reach of scripts, other hosts and other sites', async () => {
  const header = cookie.set(await login())
  expect(parseSetCookie(header)).toMatchObject({
    name: '__Host-session',
    path: '/',
    secure: true,
    httpOnly: true,
    sameSite: 'lax',
    maxAge: 30 * 86_400,
  })
  expect(parseSetCookie(header)).not.toHaveProperty('domain')
  expect(parseSetCookie(cookie.clear())).toMatchObject({ maxAge: 0, path: '/', secure: true })
})

test('exchanges the cookie, and shows the page only the access token', async () => {
  const response = await endpoint()(pagePost(asSent(cookie.set(await login()))))
  expect(response.status).toBe(200)
  const body = await bodyOf(response)
  expect(Object.keys(body).sort()).toEqual(['access_token', 'expires_in', 'token_type'])
  expect(await env.tokens.verify(String(body['access_token']))).toMatchObject({ active: true })
  const set = response.headers.get('set-cookie') ?? ''
  expect(parseSetCookie(set)).toMatchObject({ name: '__Host-session', httpOnly: true })
  const next = await env.tokens.verify(parseSetCookie(set).value ?? '', { kind: 'refresh' })
  expect(next).toMatchObject({ active: true })
})

test.for<[string, Record<string, string>]>([
  ['of another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
  [
    'of another site whose browser sends no Sec-Fetch-Site',
    { origin: 'https://evil.example', 'sec-fetch-site': '' },
  ],
  ['of a listed origin that calls itself cross-site', { 'sec-fetch-site': 'cross-site' }],
  ['of another host of the site', { origin: 'https://evil.app.example' }],
  ['without an origin', { origin: '' }],
  ['of a sandboxed frame', { origin: 'null' }],
  ['that the user typed', { 'sec-fetch-site': 'none' }],
])('a request %s is refused before the cookie is read', async ([, headers]) => {
  const sent = pagePost(asSent(cookie.set(await login())), headers)
  for (const [name, value] of Object.entries(headers)) if (value === '') sent.headers.delete(name)
  const { calls } = env.store
  const response = await endpoint()(sent)
  expect([response.status, await bodyOf(response)]).toMatchObject([
    403,
    { error: 'invalid_request' },
  ])
  expect(response.headers.get('set-cookie')).toBeNull()
  expect(env.store.calls).toBe(calls)
})

test('a request without a cookie, with an empty or a broken one is refused', async () => {
  for (const sent of [
    null,
    '__Host-session=',
    '__Host-session=rubbish',
    'session=x',
    '%%%',
    '__proto__=1',
  ]) {
    const response = await endpoint()(pagePost(sent))
    expect([response.status, await bodyOf(response)]).toMatchObject([
      400,
      { error: 'invalid_grant' },
    ])
  }
})

test('a refused session never removes the cookie: another tab may have logged in', async () => {
  const { session, ...rest } = await login()
  await env.tokens.revoke({ session })
  const response = await endpoint()(pagePost(asSent(cookie.set(rest))))
  expect(response.status).toBe(400)
  expect(response.headers.get('set-cookie')).toBeNull()
})

test('a slow tab that was overtaken twice repeats its request', async () => {
  const first = await login()
  const second = await env.tokens.rotate(first.refreshToken)
  if (!second.active) throw new Error(second.reason)
  await env.tokens.rotate(second.refreshToken)
  const response = await endpoint()(pagePost(asSent(cookie.set(first))))
  expect([response.status, await bodyOf(response)]).toMatchObject([409, { error: 'invalid_grant' }])
  const repeated = await endpoint()(pagePost(asSent(cookie.set(second))))
  expect(repeated.status).toBe(200)
})

test('the sessions of other clients are refused where a client is named', async () => {
  const sent = asSent(cookie.set(await login({ client: 'phone' })))
  expect((await endpoint({ client: 'web' })(pagePost(sent))).status).toBe(400)
  expect((await endpoint({ client: 'phone' })(pagePost(sent))).status).toBe(200)
})

test('wrong options are refused', () => {
  const refused = expect.objectContaining({ code: 'TOKENWARD_INVALID_INPUT' })
  const Make = SessionCookie as new (options: unknown) => unknown
  for (const origin of [
    undefined,
    'app.example',
    'https://app.example/',
    'https://a.example/x',
    [],
    'http://app.example',
    'null',
    '*',
  ])
    expect(() => new Make({ origin }), String(origin)).toThrow(refused)
  for (const name of ['', 'a b', 'a;b', 'a=b', 'x'.repeat(65), 1])
    expect(() => new Make({ origin: 'https://app.example', name }), String(name)).toThrow(refused)
  const make = refresh as (...input: unknown[]) => unknown
  expect(() => make(env.tokens, { cookie, authenticate })).toThrow(refused)
  expect(() => make(env.tokens, { cookie, client: '' })).toThrow(refused)
})
