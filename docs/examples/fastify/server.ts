import { createRequestListener } from '@remix-run/node-fetch-server'
import { isTokenwardError } from '@tokenward/core'
import { bearer } from '@tokenward/http/fastify'
import { fastify } from 'fastify'
import { cookie, endpoints, tokens } from './tokens.ts'
import { findUser } from './users.ts'

const app = fastify({ logger: true })
app.addHook('onClose', () => tokens.close())

// Guards and endpoints answer 503 themselves. This is for the login.
app.setErrorHandler((error, _request, reply) => {
  if (!isTokenwardError(error) || !error.retryable) return reply.send(error)
  return reply.code(503).header('retry-after', '5').send({ error: 'temporarily_unavailable' })
})

// A scope in which Fastify reads no bodies: an endpoint reads its own. None of them uses the host.
await app.register(async (session) => {
  session.removeAllContentTypeParsers()
  session.addContentTypeParser('*', (_request, _payload, done) => done(null))
  for (const [path, endpoint] of endpoints) {
    const listener = createRequestListener(endpoint, { host: 'localhost' })
    session.all(path, (request, reply) => {
      reply.hijack()
      return listener(request.raw, reply.raw)
    })
  }
})

interface Credentials {
  readonly user: string
  readonly password: string
}
const credentials = {
  type: 'object',
  required: ['user', 'password'],
  properties: { user: { type: 'string' }, password: { type: 'string' } },
}

// JSON alone, by its schema: a form of another site cannot log its visitors in here.
app.post<{ Body: Credentials }>(
  '/login',
  { schema: { body: credentials } },
  async (request, reply) => {
    const user = await findUser(request.body.user, request.body.password)
    if (user === null) return reply.code(401).send({ error: 'wrong user or password' })
    const login = await tokens.issue({ subject: user.name, client: 'web', scope: user.scope })
    reply.headers({ 'cache-control': 'no-store', 'set-cookie': cookie.set(login) })
    return { access_token: login.accessToken, expires_in: login.expiresIn }
  },
)

// The guard protects every route of this scope.
await app.register(async (api) => {
  await api.register(bearer, {
    tokens,
    onRefused: ({ status, result, cause }) => app.log.warn({ status, result, err: cause }),
  })

  api.get('/me', async ({ auth }) => ({ user: auth?.subject, scopes: auth?.scopes }))

  api.post('/notes', { onRequest: api.requireScope('notes:write') }, async (request, reply) => {
    return reply.code(201).send({ author: request.auth?.subject })
  })
})

// Fastify logs its address.
await app.listen({ port: Number(process.env['PORT'] ?? 3000) })

const stop = () => app.close()
process.once('SIGINT', stop)
process.once('SIGTERM', stop)
