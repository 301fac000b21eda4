// An agent that is refused at its next call after its session was revoked.
import {
  Client,
  StreamableHTTPClientTransport,
  UnauthorizedError,
} from '@modelcontextprotocol/client'

const [, , server = 'http://localhost:3000'] = process.argv

const login = await fetch(`${server}/login`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ user: 'ada', password: 'analytical engine' }),
})
if (!login.ok) throw new Error(`The login failed: ${login.status}`)
const session = (await login.json()) as { access_token: string; refresh_token: string }

const client = new Client({ name: 'agent', version: '1.0.0' })
const transport = new StreamableHTTPClientTransport(new URL('/mcp', server), {
  authProvider: { token: async () => session.access_token },
})
await client.connect(transport)
const { content } = await client.callTool({ name: 'whoami' })
console.log('accepted:', content)

const revoked = await fetch(`${server}/revoke`, {
  method: 'POST',
  body: new URLSearchParams({ token: session.refresh_token, client_id: 'agent' }),
})
if (!revoked.ok) throw new Error(`The revocation failed: ${revoked.status}`)

try {
  await client.callTool({ name: 'whoami' })
  throw new Error('A revoked agent was accepted.')
} catch (error) {
  if (!(error instanceof UnauthorizedError)) throw error
  console.log('refused: the session was revoked')
} finally {
  await client.close()
}
