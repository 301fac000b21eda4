import { type Target, WriteIndeterminate } from '@tokenward/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type BackchannelLogoutOptions, backchannelLogout } from '../../src/endpoints.ts'
import { bodyOf, createEnvironment, type Environment, IDP, ISSUER, post } from './environment.ts'

let env: Environment
beforeEach(async () => {
  env = await createEnvironment()
})
afterEach(() => env.close())

const EVENTS = { 'http://schemas.openid.net/event/backchannel-logout': {} }
const seconds = () => Math.floor(env.clock.now / 1000)
/** A logout token of the provider. */
const logoutToken = (claims: object, header: object = { typ: 'logout+jwt' }) =>
  env.signed({ aud: 'client-1', exp: seconds() + 120, events: EVENTS, ...claims }, header)
/** The access token of a session at the provider. */
const accessToken = (claims: object) =>
  env.signed({ aud: ISSUER, exp: seconds() + 600, ...claims }, { typ: 'at+jwt' })
const send = (token: string, options: Partial<BackchannelLogoutOptions> = {}) =>
  backchannelLogout(env.tokens, { audience: 'client-1', ...options })(post({ logout_token: token }))
const stateOf = async (token: string) => {
  const result = await env.tokens.verify(token)
  return result.active ? 'active' : result.reason
}

test('ends the session that sid names, and no other one of the user', async () => {
  const one = await accessToken({ sub: 'ada', sid: 's1' })
  const two = await accessToken({ sub: 'ada', sid: 's2' })
  const response = await send(await logoutToken({ sub: 'ada', sid: 's1' }))
  expect([response.status, await response.text()]).toEqual([200, ''])
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect([await stateOf(one), await stateOf(two)]).toEqual(['revoked', 'active'])
})

test('ends all sessions of the user where there is no sid', async () => {
  const one = await accessToken({ sub: 'ada', sid: 's1' })
  const ofBob = await accessToken({ sub: 'bob', sid: 's2' })
  expect((await send(await logoutToken({ sub: 'ada' }))).status).toBe(200)
  expect([await stateOf(one), await stateOf(ofBob)]).toEqual(['revoked', 'active'])
})

test('ends what the application names, in its own words', async () => {
  const own = await env.tokens.issue({ subject: 'user-7', client: 'web' })
  const asked: unknown[] = []
  const target = async ({ iss, sub }: { iss: string; sub?: string }): Promise<Target> => {
    asked.push([iss, sub])
    return { subject: 'user-7' }
  }
  expect((await send(await logoutToken({ sub: 'ada' }), { target })).status).toBe(200)
  expect(asked).toEqual([[IDP, 'ada']])
  expect(await stateOf(own.accessToken)).toBe('revoked')
})

test('names nothing: the token is received all the same', async () => {
  const token = await logoutToken({ sub: 'ada' })
  const target = () => null
  expect((await send(token, { target })).status).toBe(200)
  expect((await send(token, { target })).status).toBe(400)
})

test('a token is accepted once: a user who has logged in again stays', async () => {
  const token = await logoutToken({ sub: 'ada' })
  expect((await send(token)).status).toBe(200)
  env.clock.now += 60_000
  const again = await accessToken({ sub: 'ada', sid: 's2' })
  const response = await send(token)
  expect([response.status, await bodyOf(response)]).toMatchObject([
    400,
    { error: 'invalid_request' },
  ])
  expect(await stateOf(again)).toBe('active')
})

test('a logout whose revocation failed may be sent again', async () => {
  const access = await accessToken({ sub: 'ada', sid: 's1' })
  const token = await logoutToken({ sid: 's1' })
  const revoke = () => Promise.reject(new WriteIndeterminate('The reply was lost.'))
  const tokens = { ...env.tokens, revoke }
  const options = { audience: 'client-1' }
  const failed = await backchannelLogout(tokens, options)(post({ logout_token: token }))
  expect([failed.status, failed.headers.get('retry-after')]).toEqual([503, '5'])
  expect((await send(token)).status).toBe(200)
  expect(await stateOf(access)).toBe('revoked')
})

describe('refuses without the store', () => {
  const cases: readonly [string, () => Promise<string>][] = [
    ['what is no token', async () => 'rubbish'],
    ['an ID token', () => logoutToken({ sub: 'ada' }, { typ: 'JWT' })],
    ['an access token', () => accessToken({ sub: 'ada' })],
    ['another audience', () => logoutToken({ sub: 'ada', aud: 'client-2' })],
    ['an unknown issuer', () => logoutToken({ sub: 'ada', iss: 'https://evil.example' })],
    ['a forged signature', async () => `${(await logoutToken({ sub: 'ada' })).slice(0, -5)}AAAAA`],
    [
      'an expired token',
      () => logoutToken({ sub: 'ada', iat: seconds() - 600, exp: seconds() - 1 }),
    ],
    ['a token without an id', () => logoutToken({ sub: 'ada', jti: undefined })],
  ]
  test.for(cases)('%s', async ([, make]) => {
    const token = await make()
    const { calls } = env.store
    const response = await send(token)
    expect([response.status, await bodyOf(response)]).toMatchObject([
      400,
      { error: 'invalid_request' },
    ])
    expect(env.store.calls).toBe(calls)
  })
})

describe('refuses, and revokes nothing:', () => {
  test.for<[string, object]>([
    ['no events', { events: undefined }],
    ['other events', { events: { 'http://schemas.openid.net/event/other': {} } }],
    ['an event that is no object', { events: { [Object.keys(EVENTS)[0] ?? '']: true } }],
    ['events in a list', { events: [EVENTS] }],
    ['a nonce', { nonce: 'n' }],
    ['neither sub nor sid', { sub: undefined }],
  ])('%s', async ([, claims]) => {
    const access = await accessToken({ sub: 'ada', sid: 's1' })
    const token = await logoutToken({ sub: 'ada', ...claims })
    expect((await send(token, { target: () => ({ issuer: IDP, subject: 'ada' }) })).status).toBe(
      400,
    )
    expect(await stateOf(access)).toBe('active')
  })
})

test('accepts another typ where the application allows it', async () => {
  const token = await logoutToken({ sub: 'ada' }, { typ: 'JWT' })
  expect((await send(token)).status).toBe(400)
  expect((await send(token, { typ: null })).status).toBe(200)
})

test('the token is required, and wrong options are refused', async () => {
  expect((await send('')).status).toBe(400)
  const make = backchannelLogout as (...input: unknown[]) => unknown
  const refused = expect.objectContaining({ code: 'TOKENWARD_INVALID_INPUT' })
  for (const options of [
    {},
    { audience: '' },
    { audience: 'a', typ: 1 },
    { audience: 'a', target: {} },
  ])
    expect(() => make(env.tokens, options)).toThrow(refused)
})

test('a callback that returns nothing by mistake is an error, not a logout', async () => {
  const token = await logoutToken({ sub: 'ada' })
  expect((await send(token, { target: () => undefined as never })).status).toBe(500)
  expect((await send(token)).status).toBe(200)
})
