import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  backchannelLogout,
  type Endpoint,
  introspection,
  jwks,
  logout,
  refresh,
  revocation,
  SessionCookie,
  securityEvents,
} from '../../src/endpoints.ts'
import { authenticate, BASIC, createEnvironment, type Environment } from './environment.ts'

let env: Environment
let secrets: readonly string[]
const endpoints = new Map<string, Endpoint>()

beforeAll(async () => {
  env = await createEnvironment()
  const { tokens } = env
  const login = await tokens.issue({ subject: 'ada', client: 'web' })
  secrets = [login.refreshToken, login.accessToken, 'web secret+%', 'notes-secret']
  const cookie = new SessionCookie({ origin: 'https://app.example' })
  endpoints.set('refresh', refresh(tokens, { authenticate }))
  endpoints.set('refresh by cookie', refresh(tokens, { cookie }))
  endpoints.set('logout', logout(tokens))
  endpoints.set('logout by cookie', logout(tokens, { cookie }))
  endpoints.set('introspection', introspection(tokens, { authenticate }))
  endpoints.set('revocation', revocation(tokens, { authenticate }))
  endpoints.set('backchannelLogout', backchannelLogout(tokens, { audience: 'client-1' }))
  endpoints.set('securityEvents', securityEvents(tokens, { audience: 'client-1' }))
  endpoints.set('jwks', jwks(tokens))
})
afterAll(() => env.close())

const FORMS = ['refresh', 'introspection', 'revocation', 'backchannelLogout'] as const
/** The parameter of each endpoint that holds a token. */
const PARAMETER = {
  refresh: 'refresh_token',
  introspection: 'token',
  revocation: 'token',
  backchannelLogout: 'logout_token',
}

interface Sent {
  readonly body?: BodyInit | undefined
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** Sends what must be refused: a clear answer, without a stack or a secret, and without the store. */
async function refused(name: string, { body, type, headers }: Sent): Promise<[number, unknown]> {
  const { calls } = env.store
  const request = new Request('https://api.example/endpoint', {
    method: 'POST',
    ...(body === undefined ? {} : { body }),
    headers: {
      'content-type': type ?? 'application/x-www-form-urlencoded',
      authorization: BASIC['web'] ?? '',
      ...headers,
    },
    duplex: 'half',
  } as RequestInit)
  const response = await endpoints.get(name)?.(request)
  if (response === undefined) throw new Error(`There is no endpoint ${name}.`)
  const text = await response.text()
  const shown = [...response.headers].flat().join('\n') + text
  for (const secret of secrets) expect(shown).not.toContain(secret)
  expect(shown).not.toMatch(/\bat .+:\d+:\d+|node_modules|\.ts\b/)
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(env.store.calls).toBe(calls)
  const { error, err } = JSON.parse(text) as { error?: string; err?: string }
  return [response.status, error ?? err]
}

const INVALID: [number, string] = [400, 'invalid_request']

describe.for(FORMS)('%s', (name) => {
  const parameter = PARAMETER[name]
  const grant = name === 'refresh' ? 'grant_type=refresh_token&' : ''
  const token = () => secrets[0] ?? ''

  test('a repeated parameter', async () => {
    const body = `${grant}${parameter}=${token()}&${parameter}=x`
    expect(await refused(name, { body })).toEqual(INVALID)
  })

  test('a repeated parameter that the endpoint does not know', async () => {
    const body = `${grant}${parameter}=${token()}&x=1&x=2`
    expect(await refused(name, { body })).toEqual(INVALID)
  })

  test('a parameter whose name is percent-encoded the second time', async () => {
    const encoded = parameter.replace('t', '%74')
    const body = `${grant}${parameter}=${token()}&${encoded}=x`
    expect(await refused(name, { body })).toEqual(INVALID)
  })

  test.for(['application/json', 'multipart/form-data; boundary=x', 'text/plain', ''])(
    'the content type %j',
    async (type) => {
      const body = `${grant}${parameter}=${token()}`
      expect(await refused(name, { body, type })).toEqual(INVALID)
    },
  )

  test('no body, and an empty one', async () => {
    expect(await refused(name, {})).toEqual(INVALID)
    expect(await refused(name, { body: '' })).toEqual(INVALID)
  })

  test('the names of members that every object has', async () => {
    const body = '__proto__=x&constructor=x&prototype=x&toString=x&hasOwnProperty=x'
    expect(await refused(name, { body })).toEqual(INVALID)
    expect(Reflect.get({}, 'x')).toBeUndefined()
  })

  test('100 KB', async () => {
    const body = `${grant}${parameter}=${'x'.repeat(100_000)}`
    expect(await refused(name, { body })).toEqual([413, 'invalid_request'])
  })

  test('100 KB in chunks without a length', async () => {
    const chunk = new TextEncoder().encode(`${parameter}=${'x'.repeat(1_000)}&`)
    let left = 100
    const body = new ReadableStream({
      pull: (controller) => (left-- > 0 ? controller.enqueue(chunk) : controller.close()),
    })
    expect(await refused(name, { body })).toEqual([413, 'invalid_request'])
  })

  test('a body that is not UTF-8', async () => {
    expect(await refused(name, { body: new Uint8Array([0x61, 0x3d, 0xff]) })).toEqual(INVALID)
  })

  test('a body that breaks off', async () => {
    const body = new ReadableStream({
      start: (controller) => controller.error(new Error(`reset ${token()}`)),
    })
    expect(await refused(name, { body })).toEqual(INVALID)
  })
})

test('a body that never ends', async () => {
  const endless = () =>
    new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array([97])) })
  const set = { body: endless(), type: 'application/secevent+jwt' }
  const all = FORMS.map((name) => refused(name, { body: endless() }))
  const answers = await Promise.all([...all, refused('securityEvents', set)])
  expect(answers).toEqual(answers.map(() => [408, 'invalid_request']))
})

test('a SET of 100 KB, one that is not UTF-8, and one with an unsafe name', async () => {
  const type = 'application/secevent+jwt'
  const cases: [BodyInit, [number, string]][] = [
    ['x'.repeat(100_000), [413, 'invalid_request']],
    [new Uint8Array([0xff]), INVALID],
    ['__proto__', INVALID],
  ]
  for (const [body, expected] of cases)
    expect(await refused('securityEvents', { body, type })).toEqual(expected)
})

describe('line breaks and other control characters', () => {
  test('in a client id and a scope reach no header', async () => {
    const body =
      'grant_type=refresh_token&refresh_token=x&client_id=a%0d%0aSet-Cookie:%20x=1&client_secret=x'
    const headers = { authorization: '' }
    const [status] = await refused('refresh', { body, headers })
    expect(status).toBe(401)
    const scoped = `grant_type=refresh_token&refresh_token=x&scope=a%0d%0aX:%201`
    expect(await refused('refresh', { body: scoped })).toEqual([400, 'invalid_scope'])
  })

  test('in a token', async () => {
    const body = 'grant_type=refresh_token&refresh_token=a%0d%0ab.c%00.d'
    expect(await refused('refresh', { body })).toEqual([400, 'invalid_grant'])
  })
})

describe('credentials', () => {
  test('two headers', async () => {
    const basic = `${BASIC['web']}, ${BASIC['web']}`
    const body = `token=${secrets[0]}`
    const headers = { authorization: basic }
    expect(await refused('introspection', { body, headers })).toEqual([401, 'invalid_client'])
    const bearer = { authorization: `Bearer ${secrets[0]}, Bearer ${secrets[0]}` }
    expect(await refused('logout', { headers: bearer })).toEqual(INVALID)
  })

  test('100 KB of header', async () => {
    const long = 'x'.repeat(100_000)
    const body = `token=${secrets[0]}`
    const authorization = `Basic ${btoa(`web:${long}`)}`
    expect(await refused('introspection', { body, headers: { authorization } })).toEqual([
      401,
      'invalid_client',
    ])
    expect(await refused('logout', { headers: { authorization: `Bearer ${long}` } })).toEqual(
      INVALID,
    )
    const page = { origin: 'https://app.example', cookie: `__Host-session=${long}` }
    expect(await refused('refresh by cookie', { headers: page })).toEqual([400, 'invalid_grant'])
  })

  test('a token in the query string is never read', async () => {
    const url = `https://api.example/logout?access_token=${secrets[1]}`
    const response = await endpoints.get('logout')?.(new Request(url, { method: 'POST' }))
    expect(response?.status).toBe(401)
  })
})

test.for(['refresh by cookie', 'logout by cookie'])('%s: cross-site requests', async (name) => {
  const cookie = `__Host-session=${secrets[0]}`
  const evil = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site', cookie }
  expect(await refused(name, { headers: evil })).toEqual([403, 'invalid_request'])
  const simple = { body: 'x=1', type: 'text/plain', headers: { ...evil, origin: 'null' } }
  expect(await refused(name, simple)).toEqual([403, 'invalid_request'])
})

test('other methods: 405, with those that are allowed', async () => {
  for (const [name, endpoint] of endpoints) {
    const response = await endpoint(new Request('https://api.example', { method: 'DELETE' }))
    const allowed = name === 'jwks' ? 'GET, HEAD' : 'POST'
    expect([name, response.status, response.headers.get('allow')]).toEqual([name, 405, allowed])
  }
})

test('a problem for a client that prefers one (RFC 9457)', async () => {
  const headers = { accept: 'application/problem+json', authorization: BASIC['web'] ?? '' }
  const body = new URLSearchParams({ grant_type: 'password' })
  const request = new Request('https://api.example', { method: 'POST', body, headers })
  const response = await endpoints.get('refresh')?.(request)
  expect(response?.headers.get('content-type')).toBe('application/problem+json')
  expect(await response?.json()).toMatchObject({ status: 400, error: 'unsupported_grant_type' })
})
