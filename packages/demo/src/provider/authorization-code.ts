import { createHash, randomBytes } from 'node:crypto'
import { Browser } from './browser.ts'
import { API, CALLBACK, WEB } from './clients.ts'
import { discover } from './discovery.ts'
import { requestAccessToken } from './token-endpoint.ts'

/** Logs a user in through the web application: the authorization-code flow with PKCE (RFC 7636). */
export async function logInUser(issuer: string, login: string): Promise<string> {
  const { authorization_endpoint, token_endpoint } = await discover(issuer)
  const verifier = randomBytes(32).toString('base64url')
  const state = randomBytes(16).toString('base64url')
  const request = authorizationRequest(authorization_endpoint, verifier, state)
  const callback = await followLogin(request, login)
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

/** Follows the redirects from the authorization endpoint over the login form to the callback. */
async function followLogin(request: URL, login: string): Promise<URL> {
  const browser = new Browser()
  const form = await browser.open(request)
  const resume = await browser.open(form, { login })
  return browser.open(resume)
}

function codeFrom(callback: URL, state: string): string {
  const code = callback.searchParams.get('code')
  if (code === null || callback.searchParams.get('state') !== state) {
    throw new Error(`The callback has no code for this login: ${callback}`)
  }
  return code
}
