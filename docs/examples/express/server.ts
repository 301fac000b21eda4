import { createRequestListener } from '@remix-run/node-fetch-server'
import { isTokenwardError } from '@tokenward/core'
import { bearer } from '@tokenward/http/express'
import express, { type ErrorRequestHandler } from 'express'
import { cookie, endpoints, tokens } from './tokens.ts'
import { findUser } from './users.ts'

const app = express()
const auth = bearer(tokens, {
  onRefused: ({ status, result, cause }) => console.warn(status, result?.reason ?? cause),
})

// Before every middleware that reads bodies: an endpoint reads its own. None of them uses the host.
for (const [path, endpoint] of endpoints)
  app.all(path, createRequestListener(endpoint, { host: 'localhost' }))

// JSON alone: a form of another site cannot log its visitors in here.
app.post('/login', express.json(), async (req, res) => {
  const user = await findUser(req.body?.user, req.body?.password)
  if (user === null) {
    res.status(401).json({ error: 'wrong user or password' })
    return
  }
  const login = await tokens.issue({ subject: user.name, client: 'web', scope: user.scope })
  res.set({ 'cache-control': 'no-store', 'set-cookie': cookie.set(login) })
  res.json({ access_token: login.accessToken, expires_in: login.expiresIn })
})

app.get('/me', auth, (req, res) => {
  res.json({ user: req.auth?.subject, scopes: req.auth?.scopes })
})

app.post('/notes', auth, auth.requireScope('notes:write'), (req, res) => {
  res.status(201).json({ author: req.auth?.subject })
})

// Guards and endpoints answer 503 themselves. This is for the login.
const onError: ErrorRequestHandler = (error, _req, res, next) => {
  if (res.headersSent || !isTokenwardError(error) || !error.retryable) return next(error)
  res.status(503).set('retry-after', '5').json({ error: 'temporarily_unavailable' })
}
app.use(onError)

const server = app.listen(Number(process.env['PORT'] ?? 3000), (error) => {
  if (error) throw error
  const address = server.address()
  if (typeof address === 'object') console.log(`Listening on http://localhost:${address?.port}`)
})

function stop(): void {
  server.close(() => tokens.close())
}
process.once('SIGINT', stop)
process.once('SIGTERM', stop)
