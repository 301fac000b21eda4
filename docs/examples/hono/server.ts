import { serve } from '@hono/node-server'
import { isTokenwardError } from '@tokenward/core'
import { bearer } from '@tokenward/http/hono'
import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { validator } from 'hono/validator'
import { cookie, endpoints, tokens } from './tokens.ts'
import { findUser } from './users.ts'

const app = new Hono()
const auth = bearer(tokens, {
  onRefused: ({ status, result, cause }) => console.warn(status, result?.reason ?? cause),
})

for (const [path, endpoint] of endpoints) app.all(path, (c) => endpoint(c.req.raw))

// JSON alone: the validator leaves out any other body, so a form of another site cannot log its
// visitors in here.
const json = validator('json', ({ user, password }: Record<string, unknown>) => ({
  user,
  password,
}))
app.post('/login', json, async (c) => {
  const { user: name, password } = c.req.valid('json')
  const user = await findUser(name, password)
  if (user === null) return c.json({ error: 'wrong user or password' }, 401)
  const login = await tokens.issue({ subject: user.name, client: 'web', scope: user.scope })
  c.header('cache-control', 'no-store')
  c.header('set-cookie', cookie.set(login))
  return c.json({ access_token: login.accessToken, expires_in: login.expiresIn })
})

app.get('/me', auth, (c) => c.json({ user: c.var.auth.subject, scopes: c.var.auth.scopes }))

app.post('/notes', auth, auth.requireScope('notes:write'), (c) => {
  return c.json({ author: c.var.auth.subject }, 201)
})

app.onError((error, c) => {
  // A refusal of the guard is such an exception, with its whole answer.
  if (error instanceof HTTPException) return error.getResponse()
  // Guards and endpoints answer 503 themselves. This is for the login.
  if (isTokenwardError(error) && error.retryable)
    return c.json({ error: 'temporarily_unavailable' }, 503, { 'retry-after': '5' })
  console.error(error)
  return c.json({ error: 'server_error' }, 500)
})

const port = Number(process.env['PORT'] ?? 3000)
const server = serve({ fetch: app.fetch, port }, (address) => {
  console.log(`Listening on http://localhost:${address.port}`)
})

function stop(): void {
  server.close(() => tokens.close())
}
process.once('SIGINT', stop)
process.once('SIGTERM', stop)
