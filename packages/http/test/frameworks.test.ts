import { createServer, type RequestListener } from 'node:http'
import express from 'express'
import { fastify } from 'fastify'
import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { bearer as expressBearer } from '../src/express.ts'
import { bearer as fastifyBearer } from '../src/fastify.ts'
import { bearer as honoBearer } from '../src/hono.ts'
import { GuardError } from '../src/index.ts'
import { overSocket } from './binding.ts'
import { createWorld, secretsFoundIn, type World } from './world.ts'

let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterEach(() => {
  world.store.state = 'available'
})

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

/** A failure of the guard, as an error handler of the application gets it. */
function expectGuardError(error: unknown): void {
  expect(error).toBeInstanceOf(GuardError)
  expect(error).toMatchObject({ status: 500, cause: { code: 'TOKENWARD_ADAPTER_FAULT' } })
  expect(secretsFoundIn(error, world)).toEqual([])
}

test('an error handler of Express gets the failure with its cause', async () => {
  const errors: unknown[] = []
  const app = express()
  app.use(expressBearer(world.tokens))
  const handler: express.ErrorRequestHandler = (error, _request, response, _next) => {
    errors.push(error)
    response.status(500).end('mine')
  }
  app.use(handler)
  await using served = await overSocket(createServer(app as RequestListener), () => undefined)
  world.store.state = 'broken'
  const headers = Object.entries(bearer(world.token.active)).flat()
  const received = await served.send({ method: 'GET', path: '/', headers, body: '' })
  expect(received.body).toBe('mine')
  expectGuardError(errors[0])
})

// What rejects unhandled fails the test run.
test('a response of Express that was sent meanwhile is left alone', async () => {
  const app = express()
  app.use((_request, response, next) => {
    next()
    response.end('too late')
  })
  app.use(expressBearer(world.tokens))
  await using served = await overSocket(createServer(app as RequestListener), () => undefined)
  const headers = Object.entries(bearer(world.token.revoked)).flat()
  const received = await served.send({ method: 'GET', path: '/', headers, body: '' })
  expect(received).toMatchObject({ status: 200, body: 'too late' })
})

test('an error handler of Fastify gets the failure with its cause, and no refusals', async () => {
  const errors: unknown[] = []
  const app = fastify()
  app.setErrorHandler(async (error, _request, reply) => {
    errors.push(error)
    return reply.code(500).send('mine')
  })
  await app.register(fastifyBearer, { tokens: world.tokens })
  app.get('/', async () => 'done')
  expect(await app.inject('/')).toMatchObject({ statusCode: 401 })
  world.store.state = 'broken'
  const response = await app.inject({ url: '/', headers: bearer(world.token.active) })
  expect(response.body).toBe('mine')
  expect(errors).toHaveLength(1)
  expectGuardError(errors[0])
  await app.close()
})

test('an error handler of Hono gets the failure with its cause, and refusals with their answer', async () => {
  const errors: Error[] = []
  const app = new Hono()
  app.onError((error, c) => {
    errors.push(error)
    return error instanceof HTTPException ? error.getResponse() : c.text('mine', 500)
  })
  app.get('/', honoBearer(world.tokens), (c) => c.text('done'))
  const refused = await app.request('/')
  expect(refused.headers.get('www-authenticate')).toBe('Bearer realm="api"')
  world.store.state = 'broken'
  const response = await app.request('/', { headers: bearer(world.token.active) })
  expect(await response.text()).toBe('mine')
  expect(errors[0]).toBeInstanceOf(HTTPException)
  expectGuardError(errors[1])
})

test('the plugin of Fastify guards its scope alone, also addresses without a route', async () => {
  const app = fastify()
  await app.register(
    async (api) => {
      await api.register(fastifyBearer, { tokens: world.tokens, realm: 'one' })
      api.get('/', async () => 'done')
      api.setNotFoundHandler(async () => 'not found')
    },
    { prefix: '/one' },
  )
  await app.register(
    async (api) => {
      await api.register(fastifyBearer, { tokens: world.tokens, realm: 'two' })
      api.get('/', async () => 'done')
    },
    { prefix: '/two' },
  )
  app.get('/open', async () => 'open')
  const challenge = async (url: string) => (await app.inject(url)).headers['www-authenticate']
  expect(await challenge('/one/')).toBe('Bearer realm="one"')
  expect(await challenge('/one/missing')).toBe('Bearer realm="one"')
  expect(await challenge('/two/')).toBe('Bearer realm="two"')
  expect(await app.inject('/open')).toMatchObject({ statusCode: 200, body: 'open' })
  await app.close()
})

test('a route that needs scope needs a token, although it is public', async () => {
  const app = fastify()
  await app.register(fastifyBearer, { tokens: world.tokens })
  const onRequest = app.requireScope('write')
  app.get('/', { config: { public: true }, onRequest }, async () => 'done')
  const response = await app.inject('/')
  expect(response.statusCode).toBe(401)
  expect(response.headers['www-authenticate']).toBe('Bearer realm="api", scope="write"')
  const hono = new Hono()
  const auth = honoBearer(world.tokens, { optional: true })
  hono.get('/', auth, auth.requireScope('write'), (c) => c.text('done'))
  expect(await hono.request('/')).toMatchObject({ status: 401 })
  await app.close()
})

test('wrong options end the start of an application on Fastify', async () => {
  const app = fastify()
  app.register(fastifyBearer, { tokens: world.tokens, scope: 'a  b' })
  await expect(app.ready()).rejects.toMatchObject({
    code: 'TOKENWARD_INVALID_INPUT',
    path: 'scope',
  })
  await app.close()
})
