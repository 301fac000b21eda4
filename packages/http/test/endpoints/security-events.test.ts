import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type SecurityEventsOptions, securityEvents } from '../../src/endpoints.ts'
import { bodyOf, createEnvironment, type Environment, IDP, ISSUER } from './environment.ts'

let env: Environment
beforeEach(async () => {
  env = await createEnvironment()
})
afterEach(() => env.close())

const CAEP = 'https://schemas.openid.net/secevent/caep/event-type'
const REVOKED = `${CAEP}/session-revoked`
const CHANGED = `${CAEP}/credential-change`
const VERIFICATION = 'https://schemas.openid.net/secevent/ssf/event-type/verification'
const ADA = { format: 'iss_sub', iss: IDP, sub: 'ada' }

const eventToken = (claims: object, header: object = { typ: 'secevent+jwt' }) =>
  env.signed(
    { aud: 'https://receiver.example', events: { [REVOKED]: {} }, sub_id: ADA, ...claims },
    header,
  )
const push = (token: string, options: Partial<SecurityEventsOptions> = {}, headers = {}) =>
  securityEvents(env.tokens, { audience: 'https://receiver.example', ...options })(
    new Request('https://api.example/events', {
      method: 'POST',
      body: token,
      headers: {
        'content-type': 'application/secevent+jwt',
        accept: 'application/json',
        ...headers,
      },
    }),
  )
const accessToken = (claims: object) => {
  const exp = Math.floor(env.clock.now / 1000) + 600
  return env.signed({ aud: ISSUER, exp, sub: 'ada', sid: 's1', ...claims }, { typ: 'at+jwt' })
}
const stateOf = async (token: string) => {
  const result = await env.tokens.verify(token)
  return result.active ? 'active' : result.reason
}

test.for([REVOKED, CHANGED])('%s revokes the user', async (type) => {
  const access = await accessToken({})
  const ofBob = await accessToken({ sub: 'bob', sid: 's2' })
  const events = { [type]: { event_timestamp: 1_800_000_000, change_type: 'update' } }
  const response = await push(await eventToken({ events }))
  expect([response.status, await response.text()]).toEqual([202, ''])
  expect([await stateOf(access), await stateOf(ofBob)]).toEqual(['revoked', 'active'])
})

test('of a complex subject the session is revoked', async () => {
  const one = await accessToken({})
  const two = await accessToken({ sid: 's2' })
  const session = { format: 'opaque', id: 's1' }
  const sub_id = { format: 'complex', user: ADA, session }
  expect((await push(await eventToken({ sub_id }))).status).toBe(202)
  expect([await stateOf(one), await stateOf(two)]).toEqual(['revoked', 'active'])
})

test('of a complex subject with a device the user is revoked', async () => {
  const access = await accessToken({})
  const device = { format: 'iss_sub', iss: IDP, sub: 'phone' }
  const sub_id = { format: 'complex', user: ADA, device }
  expect((await push(await eventToken({ sub_id }))).status).toBe(202)
  expect(await stateOf(access)).toBe('revoked')
})

test('without sub_id the registered claims name the user', async () => {
  const access = await accessToken({})
  expect((await push(await eventToken({ sub_id: undefined, sub: 'ada' }))).status).toBe(202)
  expect(await stateOf(access)).toBe('revoked')
})

test('other events are acknowledged and ignored', async () => {
  const access = await accessToken({})
  const events = { [VERIFICATION]: { state: 'x' }, 'urn:unknown': null }
  const sub_id = { format: 'opaque', id: 'stream-1' }
  expect((await push(await eventToken({ events, sub_id }))).status).toBe(202)
  expect(await stateOf(access)).toBe('active')
})

test('a SET that is sent again is acknowledged, and revokes nothing', async () => {
  const token = await eventToken({})
  expect((await push(token)).status).toBe(202)
  env.clock.now += 60_000
  const again = await accessToken({})
  expect((await push(token)).status).toBe(202)
  expect(await stateOf(again)).toBe('active')
})

describe('a subject that cannot be known is an error of the transmitter', () => {
  test.for<[string, unknown]>([
    ['of another issuer', { ...ADA, iss: 'https://other.example' }],
    ['of another format', { format: 'email', email: 'ada@example.com' }],
    ['an opaque id', { format: 'opaque', id: 'ada' }],
    ['no object', 'ada'],
    ['null', null],
    ['a device alone', { format: 'complex', device: { format: 'opaque', id: 'x' } }],
    [
      'a session of another format',
      { format: 'complex', user: ADA, session: { format: 'uri', uri: 'x' } },
    ],
    ['an empty name', { ...ADA, sub: '' }],
    ['a name that is no string', { ...ADA, sub: { $ne: null } }],
    ['a long name', { ...ADA, sub: 'x'.repeat(1025) }],
  ])('%s', async ([, sub_id]) => {
    const access = await accessToken({})
    const response = await push(await eventToken({ sub_id }))
    expect([response.status, await bodyOf(response)]).toMatchObject([
      400,
      { err: 'invalid_request' },
    ])
    expect(await stateOf(access)).toBe('active')
  })
})

test('the application may name the targets, and events of its own', async () => {
  const own = await env.tokens.issue({ subject: 'user-7', client: 'web' })
  const seen: unknown[] = []
  const target: SecurityEventsOptions['target'] = ({ type, payload, subject }) => {
    seen.push([type, payload, subject])
    return type === 'urn:own' ? { subject: 'user-7' } : null
  }
  const subject = { format: 'email', email: 'ada@example.com' }
  const events = { 'urn:own': { a: 1 }, [REVOKED]: {} }
  const token = await eventToken({ events, sub_id: subject })
  expect((await push(token, { target })).status).toBe(202)
  expect(seen).toEqual([
    ['urn:own', { a: 1 }, subject],
    [REVOKED, {}, subject],
  ])
  expect(await stateOf(own.accessToken)).toBe('revoked')
  const access = await accessToken({ sub: 'bob' })
  const ofBob = await eventToken({ sub_id: { ...ADA, sub: 'bob' } })
  expect((await push(ofBob, { target: () => undefined })).status).toBe(202)
  expect(await stateOf(access)).toBe('revoked')
})

describe('the errors of RFC 8935', () => {
  const cases: readonly [string, string, () => Promise<string>][] = [
    ['what is no SET', 'invalid_request', async () => 'rubbish'],
    ['an empty body', 'invalid_request', async () => ''],
    ['another typ', 'invalid_request', () => eventToken({}, { typ: 'JWT' })],
    ['no id', 'invalid_request', () => eventToken({ jti: undefined })],
    ['an old SET', 'invalid_request', () => eventToken({ iat: 1_790_000_000 })],
    ['an unknown issuer', 'invalid_issuer', () => eventToken({ iss: 'https://evil.example' })],
    ['the instance as issuer', 'invalid_issuer', () => eventToken({ iss: ISSUER })],
    ['another audience', 'invalid_audience', () => eventToken({ aud: 'https://other.example' })],
    ['a wrong signature', 'invalid_key', async () => `${(await eventToken({})).slice(0, -5)}AAAAA`],
    ['an unknown key', 'invalid_key', () => eventToken({}, { typ: 'secevent+jwt', kid: 'x' })],
  ]
  test.for(cases)('%s: %s', async ([, err, make]) => {
    const token = await make()
    const { calls } = env.store
    const response = await push(token)
    expect(response.status).toBe(400)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'application/json',
      'content-language': 'en',
      'cache-control': 'no-store',
    })
    expect(await bodyOf(response)).toEqual({ err, description: expect.any(String) })
    expect(env.store.calls).toBe(calls)
  })

  test('no events', async () => {
    const response = await push(await eventToken({ events: ['x'] }))
    expect([response.status, await bodyOf(response)]).toMatchObject([
      400,
      { err: 'invalid_request' },
    ])
  })

  test('a transmitter that is not authenticated', async () => {
    const token = await eventToken({})
    const { calls } = env.store
    for (const answer of [false, undefined, 'yes'] as never[]) {
      const response = await push(token, { authenticate: () => answer })
      expect([response.status, await bodyOf(response)]).toMatchObject([
        400,
        { err: 'authentication_failed' },
      ])
    }
    expect(env.store.calls).toBe(calls)
    const authenticate = (request: Request) => request.headers.get('authorization') === 'Bearer x'
    const authorized = { authorization: 'Bearer x' }
    expect((await push(token, { authenticate }, authorized)).status).toBe(202)
  })

  test('another content type', async () => {
    const response = await push(await eventToken({}), {}, { 'content-type': 'application/json' })
    expect([response.status, await bodyOf(response)]).toMatchObject([
      400,
      { err: 'invalid_request' },
    ])
  })

  test('the store is down: 503, and the SET may be sent again', async () => {
    const access = await accessToken({})
    const token = await eventToken({})
    env.store.fault = () => 'down'
    const response = await push(token)
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5'])
    expect(await bodyOf(response)).toMatchObject({ err: 'temporarily_unavailable' })
    env.store.fault = () => 'none'
    expect((await push(token)).status).toBe(202)
    expect(await stateOf(access)).toBe('revoked')
  })
})

test('wrong options are refused', () => {
  const make = securityEvents as (...input: unknown[]) => unknown
  const refused = expect.objectContaining({ code: 'TOKENWARD_INVALID_INPUT' })
  for (const options of [{}, { audience: 'a', authenticate: true }, { audience: 'a', typ: 'x' }])
    expect(() => make(env.tokens, options)).toThrow(refused)
})
