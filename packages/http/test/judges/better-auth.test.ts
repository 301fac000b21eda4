// The JWTs of an application with Better Auth, which it cannot revoke, become revocable.
import { type Tokenward, trust } from '@tokenward/core'
import { betterAuth } from '@tokenward/core/trust'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bearer } from '../../src/index.ts'
import { createEnvironment, type Environment } from '../endpoints/environment.ts'
import { API, type App, startApp } from './better-auth-app.ts'
import { versionOf } from './version.ts'

let env: Environment
let tokens: Tokenward
let stock: App
let withSessions: App

beforeAll(async () => {
  stock = await startApp()
  withSessions = await startApp({
    jwt: {
      jwt: { definePayload: ({ user, session }) => ({ email: user.email, sid: session.id }) },
    },
    // What docs/identity-providers/better-auth.md advises.
    onSessionDeleted: async ({ id }) => {
      await tokens.revoke({ issuer: withSessions.origin, session: id })
    },
  })
  const oauth = `${stock.origin}/api/auth`
  const options = {
    clock: Date.now,
    trust: [
      betterAuth(stock.origin),
      betterAuth(withSessions.origin),
      trust(oauth, { audience: API, maxLifetime: '1h', jwks: new URL(`${oauth}/jwks`) }),
    ],
  }
  env = await createEnvironment(options, Date.now())
  tokens = env.tokens
})
afterAll(async () => {
  await env.close()
  await stock.close()
  await withSessions.close()
})

/** The answer of a guarded route, whose body is the user. */
async function call(token: string, audience?: string): Promise<Response> {
  const options = audience === undefined ? {} : { audience }
  const guarded = bearer(tokens, options)((request) => new Response(request.auth.subject))
  const headers = { authorization: `Bearer ${token}` }
  return guarded(new Request('https://api.example/me', { headers }))
}

async function statusOf(...args: Parameters<typeof call>): Promise<number> {
  return (await call(...args)).status
}

describe(`better-auth ${versionOf('better-auth')}`, () => {
  test('the guard accepts its JWTs with the preset alone', async () => {
    const user = await stock.signUp('ada')
    const token = await user.token()
    expect(await (await call(token)).text()).toBe(decodeJwt(token).sub)
  })

  test('it accepts a JWT until it expires, also after the user has signed out', async () => {
    const user = await stock.signUp('ben')
    const token = await user.token()
    expect(await user.signOut()).toBe(200)
    expect(await stock.accepts(token)).toBe(true)
    expect(await statusOf(token)).toBe(200)
  })

  test('a JWT is refused from its revocation on, by the guard alone', async () => {
    const user = await withSessions.signUp('cem')
    const token = await user.token()
    const other = await (await user.signInAgain()).token()
    expect([await statusOf(token), await statusOf(other)]).toEqual([200, 200])
    expect(await tokens.revoke(token)).toMatchObject({ revoked: true })
    expect([await statusOf(token), await statusOf(other)]).toEqual([401, 200])
    expect(await withSessions.accepts(token)).toBe(true)
  })

  test('all JWTs of a user are refused from the revocation of the user on', async () => {
    const user = await withSessions.signUp('dan')
    const both = [await user.token(), await (await user.signInAgain()).token()] as const
    const { sub: subject = '' } = decodeJwt(both[0])
    const bystander = await (await withSessions.signUp('eve')).token()
    await tokens.revoke({ issuer: withSessions.origin, subject })
    expect([await statusOf(both[0]), await statusOf(both[1])]).toEqual([401, 401])
    expect(await statusOf(bystander)).toBe(200)
  })

  test('a user who signs out is signed out at once, by the hook of its database', async () => {
    const user = await withSessions.signUp('flo')
    const token = await user.token()
    const other = await (await user.signInAgain()).token()
    expect(await statusOf(token)).toBe(200)
    expect(await user.signOut()).toBe(200)
    expect([await statusOf(token), await statusOf(other)]).toEqual([401, 200])
  })
})

describe(`@better-auth/oauth-provider ${versionOf('@better-auth/oauth-provider')}`, () => {
  test('it answers that it cannot revoke its access token, which the guard then can', async () => {
    const client = await stock.client(await stock.signUp('gil'))
    const { accessToken } = client
    expect(await statusOf(accessToken, API)).toBe(200)
    const answer = await client.revoke(accessToken)
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ error: 'unsupported_token_type' })
    expect(await statusOf(accessToken, API)).toBe(200)
    await tokens.revoke(accessToken)
    expect(await statusOf(accessToken, API)).toBe(401)
  })
})
