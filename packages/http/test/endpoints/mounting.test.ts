// One endpoint in each framework, as docs/oauth-endpoints.md mounts it.
import { createServer, type IncomingMessage, type RequestListener, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createRequestListener } from '@remix-run/node-fetch-server'
import express from 'express'
import { fastify as createFastify } from 'fastify'
import { Hono } from 'hono'
import Koa from 'koa'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Endpoint, jwks, logout, refresh, SessionCookie } from '../../src/endpoints.ts'
import { authenticate, BASIC, createEnvironment, type Environment } from './environment.ts'

let env: Environment
let routes: ReadonlyMap<string, Endpoint>
const cookie = new SessionCookie({ origin: 'https://app.example' })

beforeAll(async () => {
  env = await createEnvironment()
  routes = new Map([
    ['/token', refresh(env.tokens, { authenticate })],
    ['/logout', logout(env.tokens, { cookie })],
    ['/jwks', jwks(env.tokens)],
  ])
})
afterAll(() => env.close())

type Send = (path: string, init?: RequestInit) => Promise<Response>
interface Mounted {
  /** `null`: there is no server. */
  readonly port: number | null
  readonly send: Send
  readonly close: () => Promise<unknown>
}

async function listening(listener: RequestListener): Promise<Mounted> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    port,
    send: (path, init) => fetch(`http://127.0.0.1:${port}${path}`, init),
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    },
  }
}

const FRAMEWORKS: Readonly<Record<string, () => Promise<Mounted>>> = {
  async express() {
    const app = express()
    for (const [path, endpoint] of routes)
      app.all(path, createRequestListener(endpoint, { host: 'api.example' }))
    app.use(express.json(), express.urlencoded())
    return listening(app as RequestListener)
  },
  async fastify() {
    const app = createFastify()
    await app.register(async (oauth) => {
      // The endpoint reads the body itself.
      oauth.removeAllContentTypeParsers()
      oauth.addContentTypeParser('*', (_request, _payload, done) => done(null))
      for (const [path, endpoint] of routes) {
        const listener = createRequestListener(endpoint, { host: 'api.example' })
        oauth.all(path, (request, reply) => {
          reply.hijack()
          return listener(request.raw, reply.raw)
        })
      }
    })
    await app.ready()
    const mounted = await listening(app.routing)
    return { ...mounted, close: () => mounted.close().then(() => app.close()) }
  },
  async koa() {
    const app = new Koa()
    app.use(async (ctx, next) => {
      const endpoint = routes.get(ctx.path)
      if (endpoint === undefined) return next()
      ctx.respond = false
      await createRequestListener(endpoint, { host: 'api.example' })(ctx.req, ctx.res)
    })
    return listening(app.callback())
  },
  async hono() {
    const app = new Hono()
    for (const [path, endpoint] of routes) app.all(path, (c) => endpoint(c.req.raw))
    const send: Send = async (path, init) => app.request(path, init)
    return { port: null, send, close: async () => undefined }
  },
}

describe.for(Object.keys(FRAMEWORKS))('%s', (framework) => {
  let mounted: Mounted
  beforeAll(async () => {
    mounted = (await FRAMEWORKS[framework]?.()) as Mounted
  })
  afterAll(() => mounted.close())

  test('a form is exchanged', async () => {
    const { refreshToken } = await env.tokens.issue({ subject: 'ada', client: 'web' })
    const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken })
    const headers = { authorization: BASIC['web'] ?? '' }
    const response = await mounted.send('/token', { method: 'POST', body, headers })
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ token_type: 'Bearer', expires_in: 900 })
  })

  test('a cookie is set', async () => {
    const { refreshToken } = await env.tokens.issue({ subject: 'ada', client: 'web' })
    const headers = { origin: 'https://app.example', cookie: `${cookie.name}=${refreshToken}` }
    const response = await mounted.send('/logout', { method: 'POST', headers })
    expect([response.status, response.headers.get('set-cookie')]).toEqual([204, cookie.clear()])
    expect(await env.tokens.rotate(refreshToken)).toMatchObject({ reason: 'revoked' })
  })

  test('an error has the answer of the endpoint', async () => {
    const headers = { 'content-type': 'application/json' }
    const response = await mounted.send('/token', { method: 'POST', body: '{}', headers })
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { error: 'invalid_request' },
    ])
    const wrong = await mounted.send('/token')
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST'])
  })

  test('a document is published, and known by its tag', async () => {
    const response = await mounted.send('/jwks')
    const etag = response.headers.get('etag') ?? ''
    expect(await response.json()).toEqual(env.tokens.jwks())
    const known = await mounted.send('/jwks', { headers: { 'if-none-match': etag } })
    expect(known.status).toBe(304)
    const head = await mounted.send('/jwks', { method: 'HEAD' })
    expect([head.status, head.headers.get('etag'), await head.text()]).toEqual([200, etag, ''])
  })

  test('another path is left to the application', async () => {
    expect((await mounted.send('/other')).status).toBe(404)
  })

  // Hono has no server here.
  if (framework === 'hono') return
  test('a wrong header Host, and a body that never ends, have the answers of the endpoint', async () => {
    const { port } = mounted
    const headers = { host: 'a b', 'content-type': 'application/x-www-form-urlencoded' }
    const statuses = await Promise.all([
      answerTo({ port, path: '/token', headers: { ...headers, 'content-length': '0' } }),
      answerTo({ port, path: '/token', headers }, 'a='),
    ])
    expect(statuses).toEqual([401, 408])
  })
})

/** Sends a request that `fetch` would not send. With `part` its body is never ended. */
function answerTo(options: object, part?: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', method: 'POST', ...options })
    sent.on('response', (response: IncomingMessage) => {
      resolve(response.statusCode)
      sent.destroy()
    })
    sent.on('error', reject)
    if (part === undefined) sent.end()
    else sent.write(part)
  })
}
