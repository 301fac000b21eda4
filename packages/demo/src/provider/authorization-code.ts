import { createHash, randomBytes } from 'node:crypto'
import { Browser } from './browser.ts'
import { API, CALLBACK, WEB } from './clients.ts'
import { discover } from './discovery.ts'
import { requestAccessToken } from './token-endpoint.ts'

/** A person logs in through the web application: the authorization-code flow with PKCE. */
export async function logInUser(issuer: string, login: string): Promise<string> {
  const { authorization_endpoint, token_endpoint } = await discover(issuer)
  const verifier = randomBytes(32).toString('base64url')
  const state = randomBytes(16).toString('base64url')
  const request = authorizationRequest(authorization_endpoint, verifier, state)
  const callback = await walkThroughLogin(request, login)
  return requestAccessToken(token_endpoint, {
    grant_type: 'authorization_code',
    client_id: WEB,
    redirect_uri: CALLBACK,
    code: codeFrom(callback, state),
    code_verifier: verifier,
  })
}

function authorizationRequest(endpoint: string, verifier: string, state: string): URL {
  const url = new URL(endpoint)
  url.search = new URLSearchParams({
    client_id: WEB,
    response_type: 'code',
    redirect_uri: CALLBACK,
    scope: 'openid read',
    resource: API,
    state,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }).toString()
  return url
}

/** From the provider's door by its login form to the application's callback, as a browser goes. */
async function walkThroughLogin(request: URL, login: string): Promise<URL> {
  const browser = new Browser()
  const form = await browser.open(request)
  const back = await browser.open(form, { login })
  return browser.open(back)
}

function codeFrom(callback: URL, state: string): string {
  const code = callback.searchParams.get('code')
  if (code === null || callback.searchParams.get('state') !== state) {
    throw new Error(`no code for this login: ${callback}`)
  }
  return code
}
