import { mkdirSync, readFileSync } from 'node:fs'
import { createTokenward, generateKeys } from '@tokenward/core'
import {
  type Authenticate,
  jwks,
  logout,
  metadata,
  protectedResource,
  readClientSecret,
  refresh,
  revocation,
} from '@tokenward/http/endpoints'
import { sqlite } from '@tokenward/sqlite'

/** `ORIGIN` is the address of the application for clients. */
const { ORIGIN = 'http://localhost:3000', KEYS_FILE } = process.env

export const RESOURCE = new URL('/mcp', ORIGIN)
/** The public client that agents use. */
export const CLIENT = 'agent'
export const SCOPES = ['notes:read', 'notes:write']

mkdirSync('data', { recursive: true })
export const tokens = await createTokenward({
  issuer: ORIGIN,
  audience: RESOURCE.href,
  // Without a file, for development: every restart logs all agents out.
  keys: KEYS_FILE ? JSON.parse(readFileSync(KEYS_FILE, 'utf8')).keys : await generateKeys(),
  repository: sqlite('data/tokens.db'),
})

const authenticate: Authenticate = (request, form) => {
  return readClientSecret(request, form)?.clientId === CLIENT ? { clientId: CLIENT } : null
}

export const resource = protectedResource({
  resource: RESOURCE.href,
  authorization_servers: [ORIGIN],
  scopes_supported: SCOPES,
})
const server = metadata(tokens, {
  jwks_uri: `${ORIGIN}/jwks`,
  token_endpoint: `${ORIGIN}/token`,
  revocation_endpoint: `${ORIGIN}/revoke`,
  token_endpoint_auth_methods_supported: ['none'],
  scopes_supported: SCOPES,
})

export const endpoints = new Map([
  [resource.path, resource],
  [server.path, server],
  ['/jwks', jwks(tokens)],
  ['/token', refresh(tokens, { authenticate })],
  ['/revoke', revocation(tokens, { authenticate })],
  ['/logout/others', logout(tokens, { sessions: 'others' })],
])
