import { createServer, type RequestListener } from 'node:http'
import fastifyJwt from '@fastify/jwt'
import {
  createTokenward,
  generateKeys,
  prepare,
  type SigningKeys,
  type Tokenward,
} from '@tokenward/core'
import { memory } from '@tokenward/memory'
import express from 'express'
import { expressjwt } from 'express-jwt'
import { fastify } from 'fastify'
import { exportSPKI, importJWK } from 'jose'
import Koa from 'koa'
import koaJwt from 'koa-jwt'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { isRevoked, trusted } from '../src/index.ts'
import { type Application, overSocket } from './binding.ts'
import { type Switch, switchedStore } from './switched-store.ts'

const ISSUER = 'https://api.example'
const store: Switch = { state: 'available', reads: 0 }
let tokens: Tokenward
let publicKey: string

beforeAll(async () => {
  const keys = await generateKeys()
  publicKey = await spkiOf(keys[0])
  const repository = switchedStore(memory(), store)
  const options = { issuer: ISSUER, keys, repository, deadline: '1m' } as const
  await prepare(options)
  tokens = await createTokenward(options)
})
beforeEach(() => {
  store.state = 'available'
})

async function spkiOf({ d: _, ...jwk }: SigningKeys[0]): Promise<string> {
  return exportSPKI((await importJWK({ ...jwk, ext: true })) as CryptoKey)
}

function listen(listener: RequestListener): Promise<Application> {
  return overSocket(createServer(listener), () => undefined)
}

/** express-jwt. */
function withExpress(): Promise<Application> {
  const app = express()
  app.use(expressjwt({ secret: publicKey, algorithms: ['ES256'], isRevoked: isRevoked(tokens) }))
  app.use((_request, response) => {
    response.end('accepted')
  })
  return listen(app)
}

/** koa-jwt, which makes a 401 of every error: what it was made of is `originalError`. */
function withKoa(): Promise<Application> {
  const app = new Koa()
  app.silent = true
  app.use(async (_, next) => {
    await next().catch((error: { originalError?: unknown }) => {
      throw error.originalError ?? error
    })
  })
  app.use(koaJwt({ secret: publicKey, isRevoked: isRevoked(tokens) }))
  app.use((context) => {
    context.body = 'accepted'
  })
  return listen(app.callback())
}

/** The hook of `@fastify/jwt`. */
async function withFastify(): Promise<Application> {
  const app = fastify()
  await app.register(fastifyJwt, {
    secret: { public: publicKey, private: '' },
    verify: { algorithms: ['ES256'] },
    trusted: trusted(tokens),
  })
  app.addHook('onRequest', (request) => request.jwtVerify())
  app.get('/', async () => 'accepted')
  await app.listen({ port: 0, host: '127.0.0.1' })
  return overSocket(app.server, () => app.close())
}

async function get(app: Application, token: string) {
  const headers = ['Authorization', `Bearer ${token}`]
  return app.send({ method: 'GET', path: '/', headers, body: '' })
}

describe.for([
  ['express-jwt', withExpress, 401],
  ['koa-jwt', withKoa, 500],
  ['@fastify/jwt', withFastify, 401],
] as const)('%s', ([, start, refusedStatus]) => {
  test('accepts a token until it is revoked', async () => {
    await using app = await start()
    const { accessToken } = await tokens.issue({ subject: 'ada', client: 'web' })
    expect(await get(app, accessToken)).toMatchObject({ status: 200, body: 'accepted' })
    await tokens.revoke(accessToken)
    const refused = await get(app, accessToken)
    expect(refused.status).toBe(refusedStatus)
    expect(refused.body).not.toContain('accepted')
  })

  test('answers 503 while the store is unavailable', async () => {
    await using app = await start()
    const { accessToken } = await tokens.issue({ subject: 'ada', client: 'web' })
    store.state = 'failing'
    const { status, headers, body } = await get(app, accessToken)
    expect(status).toBe(503)
    expect(headers.get('retry-after')).toBe('5')
    expect(body).not.toContain(accessToken)
  })
})

test('a token can be read from elsewhere', async () => {
  const { accessToken } = await tokens.issue({ subject: 'ada', client: 'web' })
  const request = { headers: {}, cookies: { token: accessToken } }
  const getToken = ({ cookies }: typeof request) => cookies.token
  expect(await trusted(tokens, { getToken })(request)).toBe(true)
  expect(await isRevoked(tokens, { getToken })(request)).toBe(false)
})

test('a request in which no token is found is not trusted', async () => {
  expect(await trusted(tokens)({ headers: {} })).toBe(false)
  expect(await isRevoked(tokens)({ headers: {} })).toBe(true)
  const getToken = () => undefined
  expect(await trusted(tokens, { getToken })({ headers: {} })).toBe(false)
})

test('another audience can be required', async () => {
  const audience = 'https://other.example'
  const { accessToken } = await tokens.issue({ subject: 'ada', client: 'web', audience })
  const request = { headers: { authorization: `Bearer ${accessToken}` } }
  expect(await trusted(tokens, { audience })(request)).toBe(true)
  expect(await trusted(tokens)(request)).toBe(false)
})
