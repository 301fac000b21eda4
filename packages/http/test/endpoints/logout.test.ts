import { parseSetCookie } from 'cookie'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { logout, SessionCookie } from '../../src/endpoints.ts'
import {
  bodyOf,
  createEnvironment,
  type Environment,
  IDP,
  ISSUER,
  pagePost,
} from './environment.ts'

let env: Environment
beforeEach(async () => {
  env = await createEnvironment()
})
afterEach(() => env.close())

const cookie = new SessionCookie({ origin: 'https://app.example' })
const login = (subject = 'ada') => env.tokens.issue({ subject, client: 'web' })
const sent = (token: string) =>
  new Request('https://api.example/logout', {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
  })
const page = (token: string, headers = {}) => pagePost(`__Host-session=${token}`, headers)
const stateOf = async ({ accessToken }: { accessToken: string }) => {
  const result = await env.tokens.verify(accessToken)
  return result.active ? 'active' : result.reason
}

describe('with a cookie', () => {
  test('ends the session and removes the cookie', async () => {
    const session = await login()
    const other = await login()
    const response = await logout(env.tokens, { cookie })(page(session.refreshToken))
    expect(response.status).toBe(204)
    expect(response.headers.get('cache-control')).toBe('no-store')
    const set = parseSetCookie(response.headers.get('set-cookie') ?? '')
    expect(set).toMatchObject({ name: cookie.name, value: '', maxAge: 0 })
    expect([await stateOf(session), await stateOf(other)]).toEqual(['revoked', 'active'])
  })

  test('ends the session of a refresh token that has expired', async () => {
    const start = env.clock.now
    const session = await login()
    env.clock.now += 31 * 86_400_000
    const response = await logout(env.tokens, { cookie })(page(session.refreshToken))
    expect(response.status).toBe(204)
    env.clock.now = start
    expect(await stateOf(session)).toBe('revoked')
  })

  test('removes the cookie where there is nothing to end, without a word to the store', async () => {
    const forged = `${(await login()).refreshToken.slice(0, -5)}AAAAA`
    const { calls } = env.store
    for (const value of ['', 'rubbish', forged]) {
      const response = await logout(env.tokens, { cookie })(page(value))
      expect(response.status).toBe(204)
      expect(response.headers.get('set-cookie')).toContain('Max-Age=0')
    }
    expect(env.store.calls).toBe(calls)
  })

  test('keeps the cookie where it is unknown whether the session has ended', async () => {
    const { refreshToken } = await login()
    env.store.fault = () => 'down'
    const response = await logout(env.tokens, { cookie })(page(refreshToken))
    expect(response.status).toBe(503)
    expect(response.headers.get('set-cookie')).toBeNull()
  })

  test('a page of another site logs no user out', async () => {
    const session = await login()
    const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
    const response = await logout(env.tokens, { cookie })(page(session.refreshToken, headers))
    expect(response.status).toBe(403)
    expect(await stateOf(session)).toBe('active')
  })
})

describe('others', () => {
  test('ends all other sessions, and keeps the cookie', async () => {
    const [own, other, ofBob] = [await login(), await login(), await login('bob')]
    const response = await logout(env.tokens, { cookie, sessions: 'others' })(
      page(own.refreshToken),
    )
    expect([response.status, response.headers.get('set-cookie')]).toEqual([204, null])
    const states = [await stateOf(own), await stateOf(other), await stateOf(ofBob)]
    expect(states).toEqual(['active', 'revoked', 'active'])
  })

  test('needs an accepted token', async () => {
    const [own, other] = [await login(), await login()]
    await env.tokens.revoke({ session: own.session })
    const end = logout(env.tokens, { cookie, sessions: 'others' })
    for (const value of [own.refreshToken, '', 'rubbish']) {
      const response = await end(page(value))
      expect([response.status, await bodyOf(response)]).toMatchObject([
        403,
        { error: 'invalid_token' },
      ])
    }
    expect(await stateOf(other)).toBe('active')
  })
})

describe('all', () => {
  test('ends every session of the user, and removes the cookie', async () => {
    const [own, other, ofBob] = [await login(), await login(), await login('bob')]
    const response = await logout(env.tokens, { cookie, sessions: 'all' })(page(own.refreshToken))
    expect(response.status).toBe(204)
    expect(response.headers.get('set-cookie')).toContain('Max-Age=0')
    const states = [await stateOf(own), await stateOf(other), await stateOf(ofBob)]
    expect(states).toEqual(['revoked', 'revoked', 'active'])
  })

  test('a tab with an older cookie repeats its request', async () => {
    const own = await login()
    await env.tokens.rotate(own.refreshToken)
    const response = await logout(env.tokens, { cookie, sessions: 'all' })(page(own.refreshToken))
    expect(response.status).toBe(409)
    expect(await stateOf(own)).toBe('active')
  })

  test('a token that has expired ends nothing, and is not answered as if it had', async () => {
    const [own, other] = [await login(), await login()]
    env.clock.now += 16 * 60_000
    expect((await logout(env.tokens, { sessions: 'all' })(sent(own.accessToken))).status).toBe(401)
    const refreshed = await env.tokens.rotate(other.refreshToken)
    expect(refreshed).toMatchObject({ active: true })
  })
})

describe('with a token in the header', () => {
  test.for(['accessToken', 'refreshToken'] as const)('ends the session of the %s', async (name) => {
    const session = await login()
    expect((await logout(env.tokens)(sent(session[name]))).status).toBe(204)
    const refreshed = await env.tokens.rotate(session.refreshToken)
    expect([await stateOf(session), refreshed]).toMatchObject(['revoked', { active: false }])
  })

  test('ends the session of an access token that has expired', async () => {
    const session = await login()
    env.clock.now += 16 * 60_000
    expect((await logout(env.tokens)(sent(session.accessToken))).status).toBe(204)
    expect(await env.tokens.rotate(session.refreshToken)).toMatchObject({ reason: 'revoked' })
  })

  test('a token without a session that has expired is over', async () => {
    const token = await env.tokens.issue({ subject: 'ada', client: 'job', refresh: false })
    env.clock.now += 16 * 60_000
    expect((await logout(env.tokens)(sent(token.accessToken))).status).toBe(204)
  })

  test('challenges a request without a token, and with a forged one', async () => {
    const forged = `${(await login()).accessToken.slice(0, -5)}AAAAA`
    const { calls } = env.store
    const without = await logout(env.tokens)(new Request('https://api.example', { method: 'POST' }))
    expect(without.headers.get('www-authenticate')).toBe('Bearer realm="api"')
    for (const token of [forged, 'rubbish']) {
      const response = await logout(env.tokens)(sent(token))
      expect(response.status).toBe(401)
      expect(response.headers.get('www-authenticate')).toContain('error="invalid_token"')
    }
    expect(env.store.calls).toBe(calls)
  })

  test('the token of a provider ends no sessions of a user of the same name here', async () => {
    const own = await login()
    const exp = Math.floor(env.clock.now / 1000) + 600
    const claims = { sub: 'ada', sid: 'idp-session', aud: ISSUER, exp }
    const token = await env.signed(claims, { typ: 'at+jwt' })
    expect(await env.tokens.verify(token)).toMatchObject({ active: true, claims: { iss: IDP } })
    const others = await logout(env.tokens, { sessions: 'others' })(sent(token))
    expect(others.status).toBe(401)
    const all = await logout(env.tokens, { sessions: 'all' })(sent(token))
    expect([all.status, await stateOf(own)]).toEqual([204, 'active'])
    expect(await env.tokens.verify(token)).toMatchObject({ reason: 'revoked' })
  })
})

test('wrong options are refused', () => {
  const refused = expect.objectContaining({ code: 'TOKENWARD_INVALID_INPUT' })
  const make = logout as (...input: unknown[]) => unknown
  for (const options of [{ sessions: 'none' }, { cookie: {} }, { x: 1 }])
    expect(() => make(env.tokens, options)).toThrow(refused)
})
