import { generateKeyPairSync, randomBytes } from 'node:crypto'
import type { Configuration, JWK } from 'oidc-provider'
import { API, CALLBACK, REPORT, REPORT_SECRET, WEB } from './clients.ts'
import { loginPage } from './interaction.ts'
import { InMemoryModels } from './models.ts'

/** The configuration of a provider for one API with signed access tokens (RFC 9068). */
export function providerSettings(): Configuration {
  return {
    adapter: InMemoryModels,
    jwks: { keys: [signingKey()] },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    clients: [
      {
        client_id: REPORT,
        client_secret: REPORT_SECRET,
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
        id_token_signed_response_alg: 'ES256',
      },
      {
        client_id: WEB,
        token_endpoint_auth_method: 'none',
        redirect_uris: [CALLBACK],
        id_token_signed_response_alg: 'ES256',
      },
    ],
    pkce: { required: () => true },
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    interactions: { url: (_context, interaction) => loginPage(interaction.uid) },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => API,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: 'read',
          audience: API,
          accessTokenTTL: 300,
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'ES256' } },
        }),
      },
    },
    ttl: {
      AccessToken: 300,
      ClientCredentials: 300,
      Grant: 600,
      IdToken: 300,
      Interaction: 300,
      Session: 600,
    },
  }
}

function signingKey(): JWK {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = privateKey.export({ format: 'jwk' })
  return { ...jwk, alg: 'ES256', use: 'sig', kid: randomBytes(8).toString('hex') } as JWK
}
