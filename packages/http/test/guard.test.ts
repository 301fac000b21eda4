import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { Closed, createTokenward, generateKeys, prepare } from '@tokenward/core'
import { memory } from '@tokenward/memory'
import { beforeAll, expect, expectTypeOf, test } from 'vitest'
import { bearer as honoBearer } from '../src/hono.ts'
import { type Auth, bearer, Guard, type Refusal, type Verifier } from '../src/index.ts'
import { type Switch, switchedStore } from './switched-store.ts'
import { createWorld, secretsFoundIn, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})

const requestWith = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })
const notes = (token: string) => new Request('https://api.example/notes', requestWith(token))

async function authOf(tokens: Verifier, token: string) {
  const decision = await new Guard(tokens).check(requestWith(token))
  return decision.allowed ? decision.auth : null
}

test('auth has what the token contains', async () => {
  const auth = await authOf(world.tokens, world.token.active)
  const claims = { iss: 'https://api.example', sub: 'ada', client_id: 'web' }
  expect(auth).toMatchObject({ subject: 'ada', clientId: 'web', scopes: ['read', 'write'], claims })
  expect(auth).toMatchObject({ token: world.token.active, storeChecked: true })
  expect(auth?.sessionId).toBe(auth?.claims.sid)
  expect(auth?.expiresAt).toBe(auth?.claims.exp)
  expect(auth?.expiresAt).toBeLessThan(1e11)
})

test('auth names the client of a token of another issuer', async () => {
  const auth = await authOf(world.tokens, world.token.external)
  expect(auth).toMatchObject({ clientId: 'phone', sessionId: 'session-1' })
})

test.each([
  ['Supabase', { session_id: 's1' }, { sessionId: 's1' }],
  ['Amazon Cognito', { origin_jti: 's1', scope: 'a b' }, { sessionId: 's1', scopes: ['a', 'b'] }],
  ['Okta', { cid: 'c1', scp: ['a', 'b'] }, { clientId: 'c1', scopes: ['a', 'b'] }],
  ['Microsoft Entra ID', { azp: 'c1', scp: 'a b' }, { clientId: 'c1', scopes: ['a', 'b'] }],
  ['claims of other types', { sid: 7, scp: [1, 'a'] }, { sessionId: undefined, scopes: ['a'] }],
])('auth has the session, the client and the scopes of %s', async (_, more, expected) => {
  const claims = { iss: 'https://idp.example', exp: 1, iat: 0, ...more } as never
  const verify = async () =>
    ({ active: true, storeChecked: true, claims, expiresAt: 1000 }) as const
  const auth = await authOf({ verify }, 'a.b.c')
  expect({ ...auth, sessionId: auth?.sessionId }).toMatchObject(expected)
})

test('a token without scope, subject and session has none', async () => {
  const claims = { iss: 'https://api.example', exp: 1, iat: 0 }
  const verify = async () =>
    ({ active: true, storeChecked: true, claims, expiresAt: 1000 }) as const
  const token = 'a.b.c'
  expect(await authOf({ verify }, token)).toEqual({
    token,
    claims,
    clientId: '',
    scopes: [],
    expiresAt: 1,
    storeChecked: true,
  })
})

test('auth reports that the store was not asked', async () => {
  const store: Switch = { state: 'available', reads: 0 }
  const options = {
    issuer: 'https://api.example',
    keys: await generateKeys(),
    repository: switchedStore(memory(), store),
    deadline: '1m',
    onUnavailable: 'accept',
  } as const
  await prepare(options)
  await using tokens = await createTokenward(options)
  const { accessToken } = await tokens.issue({ subject: 'ada', client: 'web' })
  store.state = 'failing'
  expect(await authOf(tokens, accessToken)).toMatchObject({ storeChecked: false })
})

test('an instance that is closed is a 503: another process can answer', async () => {
  const options = { issuer: 'https://api.example', keys: await generateKeys() }
  const tokens = await createTokenward({ ...options, repository: memory() })
  await tokens.close()
  const decision = await new Guard(tokens).check(requestWith(world.token.active))
  expect(decision).toMatchObject({ allowed: false, answer: { status: 503 } })
})

test.for([
  ['throws', () => expect.fail('The log is full.')],
  ['rejects', () => Promise.reject(new Error('The log is full.'))],
  ['never settles', () => new Promise(() => undefined)],
] as const)('a listener that %s changes no answer', async ([, onRefused]) => {
  const guard = new Guard(world.tokens, { onRefused })
  const decision = await guard.check(requestWith(world.token.revoked))
  expect(decision).toMatchObject({ allowed: false, answer: { status: 401 } })
})

test('the listener gets the result about the token, and no token', async () => {
  const refusals: Refusal[] = []
  const guard = new Guard(world.tokens, { onRefused: (refusal) => refusals.push(refusal) })
  await guard.check(requestWith(world.token.revoked))
  const result = {
    active: false,
    reason: 'revoked',
    decidedBy: 'token',
    note: { reason: 'lost phone' },
  }
  expect(refusals).toMatchObject([{ status: 401, error: 'invalid_token', result }])
  expect(secretsFoundIn(refusals, world)).toEqual([])
})

test('another audience can be required', async () => {
  const options = { audience: ['https://a.example', 'https://other.example'] }
  const guard = new Guard(world.tokens, options)
  expect(await guard.check(requestWith(world.token.otherAudience))).toMatchObject({ allowed: true })
  expect(await guard.check(requestWith(world.token.active))).toMatchObject({ allowed: false })
})

test('a handler of the Web gets the same request, and its other arguments', async () => {
  const seen: unknown[] = []
  const handler = bearer(world.tokens)((request, context: { id: string }) => {
    seen.push(request, request.auth.subject, context.id)
    return new Response('done')
  })
  const request = notes(world.token.active)
  const response = await handler(request, { id: '7' })
  expect(await response.text()).toBe('done')
  expect(seen).toEqual([request, 'ada', '7'])
  expect(seen[0]).toBe(request)
})

test('what a handler throws is not taken for a failure of the guard', async () => {
  const failing = bearer(world.tokens)(() => {
    throw new Closed('The handler has an instance of its own.')
  })
  await expect(failing(notes(world.token.active))).rejects.toBeInstanceOf(Closed)
})

test('auth is not certain where it is optional', () => {
  const required = bearer(world.tokens, { scope: 'read' })
  const optional = bearer(world.tokens, { optional: true })
  type RequestOf<B extends (handler: never) => unknown> = Parameters<Parameters<B>[0]>[0]
  expectTypeOf<RequestOf<typeof required>['auth']>().toEqualTypeOf<Auth>()
  expectTypeOf<RequestOf<typeof optional>['auth']>().toEqualTypeOf<Auth | undefined>()
  const onHono = honoBearer(world.tokens, { optional: true as boolean })
  type Variables = Parameters<typeof onHono>[0]['var']
  expectTypeOf<Variables['auth']>().toEqualTypeOf<Auth | undefined>()
})

test('the root imports no framework', () => {
  expect([...importsOf(resolve(import.meta.dirname, '../src/index.ts'))].sort()).toEqual([
    '@tokenward/core',
    '@tokenward/core/adapter',
    'negotiator',
  ])
})

/** The packages that a file imports, directly or by other files. */
function importsOf(file: string, seen: Set<string> = new Set()): ReadonlySet<string> {
  if (seen.has(file)) return new Set()
  seen.add(file)
  const specifiers = [...readFileSync(file, 'utf8').matchAll(/ from '([^']+)'/g)].map(
    ([, name = '']) => name,
  )
  const nested = specifiers
    .filter((name) => name.startsWith('.'))
    .flatMap((name) => [...importsOf(resolve(dirname(file), name), seen)])
  return new Set([...specifiers.filter((name) => !name.startsWith('.')), ...nested])
}
