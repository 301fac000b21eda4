import { serve } from '@hono/node-server'
import {
  createMcpHandler,
  McpServer,
  originValidationResponse,
  requireScopes,
} from '@modelcontextprotocol/server'
import { isTokenwardError } from '@tokenward/core'
import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { validator } from 'hono/validator'
import { authenticate } from './guard.ts'
import { CLIENT, endpoints, RESOURCE, tokens } from './tokens.ts'
import { findUser } from './users.ts'

const mcp = createMcpHandler(({ authInfo }) => {
  const user = String(authInfo?.extra?.['subject'])
  const server = new McpServer({ name: 'notes', version: '1.0.0' })
  server.registerTool('whoami', { description: 'The user of this token' }, () => ({
    content: [{ type: 'text', text: user }],
  }))
  const scopeChallenge = requireScopes('notes:read', 'notes:write')
  server.registerTool('add_note', { description: 'Adds an empty note', scopeChallenge }, () => ({
    content: [{ type: 'text', text: `added a note of ${user}` }],
  }))
  return server
})

const app = new Hono()
for (const [path, endpoint] of endpoints) app.all(path, (c) => endpoint(c.req.raw))

app.all('/mcp', async (c) => {
  const request = c.req.raw
  const foreign = originValidationResponse(request, [RESOURCE.hostname])
  if (foreign !== undefined) return foreign
  const auth = await authenticate(request)
  return auth instanceof Response ? auth : mcp.fetch(request, { authInfo: auth })
})

// For development: in an application, agents come by the authorization code grant.
const json = validator('json', ({ user, password }: Record<string, unknown>) => ({
  user,
  password,
}))
app.post('/login', json, async (c) => {
  const { user: name, password } = c.req.valid('json')
  const user = await findUser(name, password)
  if (user === null) return c.json({ error: 'wrong user or password' }, 401)
  const login = await tokens.issue({ subject: user.name, client: CLIENT, scope: user.scope })
  c.header('cache-control', 'no-store')
  const { accessToken, expiresIn, refreshToken } = login
  return c.json({
    access_token: accessToken,
    expires_in: expiresIn,
    refresh_token: refreshToken,
  })
})

app.onError((error, c) => {
  if (error instanceof HTTPException) return error.getResponse()
  // The guard and the endpoints answer 503 themselves. This is for the login.
  if (isTokenwardError(error) && error.retryable)
    return c.json({ error: 'temporarily_unavailable' }, 503, { 'retry-after': '5' })
  console.error(error)
  return c.json({ error: 'server_error' }, 500)
})

const port = Number(process.env['PORT'] ?? 3000)
const server = serve({ fetch: app.fetch, port }, (address) => {
  console.log(`Listening on http://localhost:${address.port}`)
})

async function stop(): Promise<void> {
  await mcp.close()
  server.close(() => tokens.close())
}
process.once('SIGINT', stop)
process.once('SIGTERM', stop)
