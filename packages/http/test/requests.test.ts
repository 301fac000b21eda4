import { STATUS_CODES } from 'node:http'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import type { Refusal } from '../src/index.ts'
import type { Application, Binding, Received } from './binding.ts'
import { elysiaBinding } from './bindings/elysia.ts'
import { express4Binding, expressBinding } from './bindings/express.ts'
import { fastifyBinding, fastifyInject } from './bindings/fastify.ts'
import { h3Binding } from './bindings/h3.ts'
import { honoBinding } from './bindings/hono.ts'
import { koaBinding } from './bindings/koa.ts'
import { nestOnExpress, nestOnFastify } from './bindings/nest.ts'
import { web } from './bindings/web.ts'
import { REQUESTS, type RequestCase } from './requests.ts'
import { createWorld, secretsFoundIn, type World } from './world.ts'

const BINDINGS: Readonly<Record<string, Binding>> = {
  'the root': web,
  'Express 5': expressBinding,
  'Express 4': express4Binding,
  Fastify: fastifyBinding,
  'Fastify, injected': fastifyInject,
  Hono: honoBinding,
  'Nest on Express': nestOnExpress,
  'Nest on Fastify': nestOnFastify,
  'Koa, by its recipe': koaBinding,
  'h3, by its recipe': h3Binding,
  'Elysia, by its recipe': elysiaBinding,
}
const METADATA = 'https://api.example/.well-known/oauth-protected-resource'

/** Hono prints errors. */
const printed = vi.spyOn(console, 'error').mockImplementation(() => undefined)
let world: World
beforeAll(async () => {
  world = await createWorld()
})
afterEach(() => {
  world.store.state = 'available'
})

describe.for(Object.entries(BINDINGS))('%s', ([, binding]) => {
  let app: Application
  const refusals: Refusal[] = []
  beforeAll(async () => {
    app = await binding(world.tokens, {
      realm: 'notes',
      resourceMetadata: METADATA,
      onRefused: (refusal) => {
        refusals.push(refusal)
      },
    })
  })
  afterAll(() => app[Symbol.asyncDispose]())

  /** Sends a request, and returns all that can be observed of it. */
  async function observe(row: RequestCase) {
    const { method = 'GET', path = '/notes', headers = [], body = '', store } = row
    refusals.length = 0
    world.store.state = store ?? 'available'
    const before = world.store.reads
    const filled = { path: fill(path), headers: headers.map(fill), body: fill(body) }
    const received = await app.send({ method, ...filled })
    return { received, refusal: refusals[0], reads: world.store.reads - before }
  }

  describe.for(Object.entries(REQUESTS))('%s', ([, rows]) => {
    test.for(rows.map((row) => [row.name, row] as const))('%s', async ([, row]) => {
      const { received, refusal, reads } = await observe(row)
      expect(received.status).toBe(row.status)
      if (row.store !== 'hanging') expect(reads > 0).toBe(row.asksStore ?? false)
      expect(secretsFoundIn(received.body, world)).toEqual([])
      expect(secretsFoundIn([...received.headers], world)).toEqual([])
      expect(secretsFoundIn([refusals, printed.mock.calls], world)).toEqual([])
      expect(refusals).toHaveLength(row.status === 200 ? 0 : 1)
      if (row.status === 200) return expectAccepted(received, row)
      expectReported(refusal, row)
      if (row.status === 500) expectNoDetails(received)
      else expectFailure(received, row)
    })
  })
})

function fill(text: string): string {
  const tokens: Readonly<Record<string, string>> = world.token
  return text.replace(/<(\w+)>/g, (_, name: string) => tokens[name] ?? '')
}

function expectReported(
  refusal: Refusal | undefined,
  { status, error, reason }: RequestCase,
): void {
  expect(refusal?.status).toBe(status)
  expect(refusal?.error).toBe(status === 500 ? 'server_error' : error)
  expect(refusal?.result?.reason).toBe(reason)
  expect(refusal?.cause instanceof Error).toBe(status >= 500)
}

function expectAccepted({ body }: Received, { path = '/notes', headers = [] }: RequestCase): void {
  const isNull = path === '/public' || headers.length === 0
  const auth = { subject: 'ada', clientId: 'web', scopes: ['read', 'write'], storeChecked: true }
  expect(JSON.parse(body)).toMatchObject({ auth: isNull ? null : auth })
}

function expectNoDetails({ body }: Received): void {
  expect(body).not.toMatch(/\bat .*:\d+|\.ts|\.js|repository|adapter/i)
}

function expectFailure(received: Received, row: RequestCase): void {
  const { headers, body } = received
  expect(headers.get('cache-control')).toBe('no-store')
  expect(headers.get('retry-after')).toBe(row.status === 503 ? '5' : null)
  expect(headers.get('www-authenticate')).toEqual(challengeOf(row))
  const type = row.isProblem ? 'application/problem+json' : 'application/json'
  expect(headers.get('content-type')?.split(';')[0]).toBe(type)
  if (row.method === 'HEAD') expect(body).toBe('')
  else expect(JSON.parse(body)).toEqual(row.isProblem ? problemOf(row) : bodyOf(row))
}

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  invalid_token: 'The access token is not valid.',
  insufficient_scope: 'The access token does not have the scope that this operation needs.',
  temporarily_unavailable: 'The service is unavailable for the moment. Repeat the request later.',
}

/** The header, or a pattern of it. */
function challengeOf({ status, error, scope, path }: RequestCase): unknown {
  if (status === 503) return null
  const description = (error && DESCRIPTIONS[error]) ?? 'The [^"]+'
  // The guard of an application does not know the scope of the operation, unless it needs it.
  const named = status === 401 && path === '/write' ? 'read( write)?' : scope
  const parts = [
    'Bearer realm="notes"',
    error && `error="${error}"`,
    error && `error_description="${description}"`,
    scope && `scope="${named}"`,
    `resource_metadata="${METADATA}"`,
  ]
  return expect.stringMatching(new RegExp(`^${parts.filter(Boolean).join(', ')}$`))
}

function bodyOf({ error }: RequestCase): object {
  const description = (error && DESCRIPTIONS[error]) ?? expect.stringMatching(/^The [^"]+\.$/)
  return { ...(error && { error }), error_description: description }
}

function problemOf({ status, error }: RequestCase): object {
  const detail = (error && DESCRIPTIONS[error]) ?? expect.stringMatching(/^The [^"]+\.$/)
  return { title: STATUS_CODES[status], status, detail, ...(error && { error }) }
}
