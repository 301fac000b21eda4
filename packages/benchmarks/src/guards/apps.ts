// The same route in each framework: without a guard, with ours, and with the usual library and a lookup.
import type { AddressInfo } from 'node:net'
import { fastifyJwt } from '@fastify/jwt'
import { createAdaptorServer } from '@hono/node-server'
import type { Tokenward } from '@tokenward/core'
import { bearer as expressBearer } from '@tokenward/http/express'
import { bearer as fastifyBearer } from '@tokenward/http/fastify'
import { bearer as honoBearer } from '@tokenward/http/hono'
import express, { type RequestHandler } from 'express'
import { type AuthResult, auth } from 'express-oauth2-jwt-bearer'
import { type FastifyInstance, fastify } from 'fastify'
import { Hono, type MiddlewareHandler } from 'hono'
import { type CryptoKey, exportSPKI, importJWK } from 'jose'
import { ISSUER, TOKENS } from '../tokenward.ts'

const HOST = '127.0.0.1'
const ANSWER = { user: 'ada' }

/** Looks for the record of a token by its `jti`, as code written by hand does. */
export type Lookup = (jti: string) => Promise<unknown>

export async function startFastify(tokens?: Tokenward): Promise<string> {
  const app = fastify()
  if (tokens) await app.register(fastifyBearer, { tokens })
  return listenFastify(app)
}

/** With the cache of its verifier, because ours remembers signatures as well. */
export async function startFastifyJwt(tokens: Tokenward, lookup: Lookup): Promise<string> {
  const app = fastify()
  const [jwk] = tokens.jwks().keys
  await app.register(fastifyJwt, {
    secret: { public: await exportSPKI(await importKey(jwk)) },
    verify: {
      algorithms: ['ES256'],
      allowedIss: ISSUER,
      allowedAud: ISSUER,
      cache: 2 * TOKENS,
    },
  })
  app.addHook('onRequest', async (request, reply) => {
    const { jti } = await request.jwtVerify<{ jti: string }>()
    if (!(await lookup(jti))) await reply.code(401).send()
  })
  return listenFastify(app)
}

export async function startHono(tokens?: Tokenward): Promise<string> {
  const app = new Hono()
  if (tokens) app.use(honoBearer(tokens) as MiddlewareHandler)
  app.get('/me', (c) => c.json(ANSWER))
  return listen(createAdaptorServer({ fetch: app.fetch }))
}

export async function startExpress(tokens?: Tokenward): Promise<string> {
  return listenExpress(tokens ? [expressBearer(tokens)] : [])
}

export async function startExpressOauth(jwksUri: string, lookup: Lookup): Promise<string> {
  const signature = auth({
    issuer: ISSUER,
    audience: ISSUER,
    jwksUri,
    tokenSigningAlg: 'ES256',
  })
  return listenExpress([
    signature,
    async (req, res, next) => {
      // Two packages declare the type of `auth`.
      const { payload } = req.auth as unknown as AuthResult
      if (await lookup(String(payload.jti))) next()
      else res.status(401).end()
    },
  ])
}

/** @returns the address of the key set of the instance */
export async function startKeySet(tokens: Tokenward): Promise<string> {
  const app = fastify()
  app.get('/jwks', async () => tokens.jwks())
  return `${await app.listen({ host: HOST, port: 0 })}/jwks`
}

async function listenFastify(app: FastifyInstance): Promise<string> {
  app.get('/me', async () => ANSWER)
  return app.listen({ host: HOST, port: 0 })
}

async function listenExpress(handlers: RequestHandler[]): Promise<string> {
  const app = express()
  app.get('/me', ...handlers, (_req, res) => {
    res.json(ANSWER)
  })
  return listen(app)
}

interface Listening {
  listen(port: number, host: string, listener: () => void): { address(): unknown }
}

async function listen(app: Listening): Promise<string> {
  return new Promise((resolve) => {
    const server = app.listen(0, HOST, () => {
      resolve(`http://${HOST}:${(server.address() as AddressInfo).port}`)
    })
  })
}

async function importKey(jwk: object | undefined): Promise<CryptoKey> {
  return (await importJWK({ ...jwk }, 'ES256')) as CryptoKey
}
