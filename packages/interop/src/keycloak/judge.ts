import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { createRequestListener } from '@remix-run/node-fetch-server'
import { createTokenward, generateKeys, prepare, type Tokenward } from '@tokenward/core'
import { keycloak } from '@tokenward/core/trust'
import { bearer } from '@tokenward/http'
import { backchannelLogout } from '@tokenward/http/endpoints'
import { memory } from '@tokenward/memory'
import { KeycloakClient } from './client.ts'
import { VERSION } from './install.ts'
import { AUDIENCE, CLIENT } from './realm.ts'
import { KeycloakServer } from './server.ts'

/** Log in, use, end the session at Keycloak, and be refused here: by the user, and by an administrator. */
export async function judgeKeycloak(): Promise<void> {
  // The realm needs the URL of the application, and the application the URL of the realm.
  let handler: (request: Request) => Promise<Response> = async () =>
    new Response('', { status: 503 })
  const logouts: number[] = []
  const application = createServer(createRequestListener((request) => handler(request)))
  application.listen(0, '127.0.0.1')
  await once(application, 'listening')
  const address = application.address()
  assert(address !== null && typeof address === 'object')
  const url = `http://127.0.0.1:${address.port}`
  try {
    await using server = await KeycloakServer.start(`${url}/logout/backchannel`)
    const client = new KeycloakClient(server.url)
    await using tokens = await trusting(client.issuer)
    handler = routes(tokens, logouts)
    log(`Keycloak ${VERSION} is started: ${client.issuer}`)
    await judgeSessions(client, tokens, url)
    assert.deepEqual(logouts, [200, 200])
  } finally {
    application.close()
  }
}

async function trusting(issuer: string): Promise<Tokenward> {
  const options = {
    issuer: 'https://api.example.com',
    keys: await generateKeys(),
    repository: memory(),
    trust: [keycloak(issuer, { audience: AUDIENCE, maxLifetime: '5m' })],
    deadline: '20s',
  } as const
  // Tokens that were issued before the store was prepared are refused.
  await prepare({ ...options, clock: () => Date.now() - 3_600_000 })
  return createTokenward(options)
}

function routes(tokens: Tokenward, logouts: number[]): (request: Request) => Promise<Response> {
  const orders = bearer(tokens)(({ auth }) => Response.json({ session: auth.sessionId }))
  const logout = backchannelLogout(tokens, { audience: CLIENT })
  return async (request) => {
    const { pathname } = new URL(request.url)
    if (pathname === '/orders') return orders(request)
    if (pathname !== '/logout/backchannel') return new Response('', { status: 404 })
    const response = await logout(request)
    logouts.push(response.status)
    return response
  }
}

async function judgeSessions(
  client: KeycloakClient,
  tokens: Tokenward,
  url: string,
): Promise<void> {
  const [first, second, third] = [await client.logIn(), await client.logIn(), await client.logIn()]
  const explained = await tokens.verify(first.access_token)
  assert(explained.active, `Keycloak's access token is refused: ${JSON.stringify(explained)}`)
  const names = Object.keys(explained.claims).sort().join(' ')
  log(`its access token is accepted; its claims: ${names}`)
  const idToken = await tokens.verify(first.id_token)
  assert.equal(idToken.active, false)
  log(`its ID token is refused: ${JSON.stringify(idToken)}`)

  const use = (token: string) =>
    fetch(`${url}/orders`, { headers: { authorization: `Bearer ${token}` } })
  const statuses = () =>
    Promise.all([first, second, third].map(async (each) => (await use(each.access_token)).status))
  assert.deepEqual(await statuses(), [200, 200, 200])
  log('three sessions of one user are logged in: 200, 200, 200')
  await client.logOut(first)
  assert.deepEqual(await statuses(), [401, 200, 200])
  log('the user logged out of the first at Keycloak: 401, 200, 200')
  const { session } = (await (await use(second.access_token)).json()) as { session: string }
  await client.endSession(session)
  assert.deepEqual(await statuses(), [401, 401, 200])
  log('an administrator ended the second at Keycloak: 401, 401, 200')
}

function log(line: string): void {
  console.log(`keycloak: ${line}`)
}
