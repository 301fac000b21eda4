import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Refusal, revocation } from '../../src/endpoints.ts'
import {
  authenticate,
  BASIC,
  bodyOf,
  createEnvironment,
  type Environment,
  ISSUER,
  post,
} from './environment.ts'

let env: Environment
beforeEach(async () => {
  env = await createEnvironment()
})
afterEach(() => env.close())

const login = () => env.tokens.issue({ subject: 'ada', client: 'web' })
const revoke = (token: string, client = 'web', more: Record<string, string> = {}) =>
  revocation(env.tokens, { authenticate })(
    post({ token, ...more }, { authorization: BASIC[client] ?? '' }),
  )

test('revokes an access token, and leaves its session', async () => {
  const { accessToken, refreshToken } = await login()
  const response = await revoke(accessToken)
  expect([response.status, await response.text()]).toEqual([200, ''])
  expect(await env.tokens.verify(accessToken)).toMatchObject({ reason: 'revoked' })
  expect(await env.tokens.rotate(refreshToken)).toMatchObject({ active: true })
})

test('revokes the session of a refresh token, whatever the hint is', async () => {
  const { accessToken, refreshToken } = await login()
  const hint = { token_type_hint: 'access_token' }
  expect((await revoke(refreshToken, 'web', hint)).status).toBe(200)
  expect(await env.tokens.verify(accessToken)).toMatchObject({ reason: 'revoked' })
})

test('answers 200 for what is no valid token, and asks no store', async () => {
  const forged = `${(await login()).accessToken.slice(0, -5)}AAAAA`
  const expired = (await login()).accessToken
  env.clock.now += 3_600_000
  const { calls } = env.store
  for (const token of ['rubbish', 'a.b.c', forged, expired, 'x'.repeat(20_000)])
    expect((await revoke(token)).status, token.slice(0, 20)).toBe(200)
  expect(env.store.calls).toBe(calls)
})

test('refuses the token of another client, which stays valid', async () => {
  const { accessToken, refreshToken } = await login()
  const { calls } = env.store
  for (const token of [accessToken, refreshToken]) {
    const response = await revoke(token, 'other')
    expect([response.status, await bodyOf(response)]).toMatchObject([
      400,
      { error: 'invalid_grant' },
    ])
  }
  expect(env.store.calls).toBe(calls)
  expect(await env.tokens.verify(accessToken)).toMatchObject({ active: true })
})

test('refuses the token of a provider, whose client may have the same id', async () => {
  const exp = env.clock.now / 1000 + 600
  const claims = { aud: ISSUER, sub: 'ada', client_id: 'web', exp }
  const token = await env.signed(claims, { typ: 'at+jwt' })
  const response = await revoke(token)
  expect([response.status, await bodyOf(response)]).toMatchObject([400, { error: 'invalid_grant' }])
  expect(await env.tokens.verify(token)).toMatchObject({ active: true })
})

test('answers 503 where it is unknown whether the token is revoked', async () => {
  await env.close()
  env = await createEnvironment({ deadline: '2s' })
  const { refreshToken, accessToken } = await login()
  let writes = 0
  env.store.fault = (call) => {
    if (call === 'write') writes++
    return writes === 0 ? 'none' : call === 'write' ? 'lost' : 'down'
  }
  const refusals: Refusal[] = []
  const onRefused = (refusal: Refusal) => void refusals.push(refusal)
  const form = { token: refreshToken, client_id: 'web', client_secret: 'web secret+%' }
  const response = await revocation(env.tokens, { authenticate, onRefused })(post(form))
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5'])
  expect(refusals).toMatchObject([
    { status: 503, cause: { code: 'TOKENWARD_WRITE_INDETERMINATE' } },
  ])
  env.store.fault = () => 'none'
  expect((await revoke(refreshToken)).status).toBe(200)
  expect(await env.tokens.verify(accessToken)).toMatchObject({ reason: 'revoked' })
})

test('the token and a known client are required', async () => {
  expect((await revoke('')).status).toBe(400)
  expect((await revoke((await login()).accessToken, 'unknown')).status).toBe(401)
})
