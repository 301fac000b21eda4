import type { TrustedIssuer } from '../src/index.ts'
import {
  auth0,
  betterAuth,
  clerk,
  cognito,
  entra,
  firebase,
  keycloak,
  okta,
  supabase,
} from '../src/trust.ts'
import { testClock } from './provider.ts'

/** An identity provider with a token as its documentation shows it. */
export interface SimulatedProvider {
  readonly trusted: TrustedIssuer
  readonly jwksUri: string
  /** Whether the keys are found by the metadata of the issuer. */
  readonly discovered: boolean
  readonly alg: 'RS256' | 'ES256' | 'EdDSA'
  readonly header: object
  readonly claims: object
  /** Changes of one documented property, by the name that the refusal has. */
  readonly wrong: Readonly<Record<string, { readonly header?: object; readonly claims?: object }>>
  /** What can be revoked besides the token. */
  readonly scopes: readonly Readonly<Record<string, string>>[]
  /** The value of the claim `jti` or of another name. */
  readonly tokenId?: string
  readonly scope?: string
}

export const NOW = testClock().now
const iat = NOW / 1000
const lasting = (seconds: number) => ({ iat, exp: iat + seconds })
const jwt = { typ: 'JWT' }
const anyTyp = { typ: undefined }

const REALM = 'https://login.example.com/realms/shop'
const TENANT = 'aaaabbbb-0000-cccc-1111-dddd2222eeee'
const API = '00001111-aaaa-2222-bbbb-3333cccc4444'
const POOL = 'https://cognito-idp.us-east-1.amazonaws.com/us-east-1_example'
const PROJECT = 'https://abcdefghijklmnopqrst.supabase.co'
const USER = '123e4567-e89b-12d3-a456-426614174000'

export const PROVIDERS: Readonly<Record<string, SimulatedProvider>> = {
  keycloak: {
    trusted: keycloak(REALM, { audience: 'orders', maxLifetime: '5m' }),
    jwksUri: `${REALM}/protocol/openid-connect/certs`,
    discovered: true,
    alg: 'RS256',
    header: jwt,
    claims: {
      ...lasting(300),
      jti: 'onrtac:5a6a3a1e-7f7d-4a3a-9a39-0d4b3f4c7c11',
      iss: REALM,
      aud: ['orders', 'account'],
      sub: USER,
      typ: 'Bearer',
      azp: 'web',
      sid: 'e3c7a6b1-4b7a-4b3c-8a0a-4e2b8c4f9b52',
      acr: '1',
      scope: 'openid email profile',
    },
    wrong: {
      typ: { claims: { typ: 'ID', aud: 'orders' } },
      aud: { claims: { aud: 'account' } },
      exp: { claims: lasting(301) },
      azp: { claims: { azp: 7 } },
    },
    scopes: [
      { session: 'e3c7a6b1-4b7a-4b3c-8a0a-4e2b8c4f9b52' },
      { subject: USER },
      { client: 'web' },
      { subject: USER, client: 'web' },
    ],
    tokenId: 'onrtac:5a6a3a1e-7f7d-4a3a-9a39-0d4b3f4c7c11',
    scope: 'email profile',
  },
  auth0: {
    trusted: auth0('my-domain.auth0.com', {
      audience: 'https://example.com/health-api',
      maxLifetime: '24h',
    }),
    jwksUri: 'https://my-domain.auth0.com/.well-known/jwks.json',
    discovered: true,
    alg: 'RS256',
    header: jwt,
    claims: {
      ...lasting(86_400),
      iss: 'https://my-domain.auth0.com/',
      sub: 'auth0|123456',
      aud: ['https://example.com/health-api', 'https://my-domain.auth0.com/userinfo'],
      azp: 'my_client_id',
      scope: 'openid profile read:patients read:admin',
    },
    wrong: {
      aud: { claims: { aud: 'my_client_id' } },
      exp: { claims: lasting(86_401) },
      azp: { claims: { azp: ['my_client_id'] } },
    },
    scopes: [{ subject: 'auth0|123456' }, { client: 'my_client_id' }],
    scope: 'read:patients',
  },
  'auth0 with the profile of RFC 9068': {
    trusted: auth0('my-domain.auth0.com', {
      audience: 'https://example.com/health-api',
      maxLifetime: '24h',
      profile: 'rfc9068',
    }),
    jwksUri: 'https://my-domain.auth0.com/.well-known/jwks.json',
    discovered: true,
    alg: 'RS256',
    header: { typ: 'at+jwt' },
    claims: {
      ...lasting(86_400),
      iss: 'https://my-domain.auth0.com/',
      sub: 'auth0|123456',
      aud: ['https://example.com/health-api', 'https://my-domain.auth0.com/userinfo'],
      client_id: 'my_client_id',
      jti: '73WakrfVbNJBaAmhQtEeDv',
      scope: 'openid profile read:patients read:admin',
    },
    wrong: { typ: { header: jwt }, aud: { claims: { aud: 'my_client_id' } } },
    scopes: [{ subject: 'auth0|123456' }, { client: 'my_client_id' }],
    tokenId: '73WakrfVbNJBaAmhQtEeDv',
    scope: 'read:patients',
  },
  entra: {
    trusted: entra(TENANT, { audience: API, maxLifetime: '90m' }),
    jwksUri: `https://login.microsoftonline.com/${TENANT}/discovery/v2.0/keys`,
    discovered: true,
    alg: 'RS256',
    header: jwt,
    claims: {
      ...lasting(5_000),
      nbf: iat,
      aud: API,
      iss: `https://login.microsoftonline.com/${TENANT}/v2.0`,
      azp: '11112222-bbbb-3333-cccc-4444dddd5555',
      azpacr: '0',
      oid: 'aaaaaaaa-0000-1111-2222-bbbbbbbbbbbb',
      rh: '0.AAAA',
      scp: 'orders.read orders.write',
      sid: '22223333-cccc-4444-dddd-5555eeee6666',
      sub: 'AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ',
      tid: TENANT,
      uti: 'fqiBqXLPj0eQa82S-IYFAA',
      ver: '2.0',
    },
    wrong: {
      typ: { header: { typ: 'at+jwt' } },
      ver: { claims: { ver: '1.0' } },
      azp: { claims: { azp: undefined, scp: undefined } },
      aud: { claims: { aud: `api://${API}` } },
      uti: { claims: { uti: 1 } },
    },
    scopes: [
      { session: '22223333-cccc-4444-dddd-5555eeee6666' },
      { subject: 'AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ' },
      { client: '11112222-bbbb-3333-cccc-4444dddd5555' },
    ],
    tokenId: 'fqiBqXLPj0eQa82S-IYFAA',
    scope: 'orders.write',
  },
  cognito: {
    trusted: cognito('us-east-1_example', { audience: 'xxxxxxxxxxxxexample' }),
    jwksUri: `${POOL}/.well-known/jwks.json`,
    discovered: false,
    alg: 'RS256',
    header: anyTyp,
    claims: {
      ...lasting(3_600),
      sub: USER,
      device_key: 'aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee',
      'cognito:groups': ['testgroup'],
      iss: POOL,
      version: 2,
      client_id: 'xxxxxxxxxxxxexample',
      origin_jti: 'dddddddd-bbbb-cccc-dddd-eeeeeeeeeeee',
      event_id: '64f513be-32db-42b0-b78e-b02127b4f463',
      token_use: 'access',
      scope: 'phone openid profile email',
      auth_time: iat,
      jti: 'cccccccc-bbbb-cccc-dddd-eeeeeeeeeeee',
      username: 'my-test-user',
    },
    wrong: {
      token_use: { claims: { token_use: 'id' } },
      client_id: { claims: { client_id: undefined, aud: 'xxxxxxxxxxxxexample' } },
      exp: { claims: lasting(86_401) },
      origin_jti: { claims: { origin_jti: {} } },
    },
    scopes: [
      { session: 'dddddddd-bbbb-cccc-dddd-eeeeeeeeeeee' },
      { subject: USER },
      { client: 'xxxxxxxxxxxxexample' },
    ],
    tokenId: 'cccccccc-bbbb-cccc-dddd-eeeeeeeeeeee',
    scope: 'profile',
  },
  okta: {
    trusted: okta('https://example.okta.com/oauth2/default', { audience: 'api://default' }),
    jwksUri: 'https://example.okta.com/oauth2/default/v1/keys',
    discovered: true,
    alg: 'RS256',
    header: anyTyp,
    claims: {
      ...lasting(3_600),
      ver: 1,
      jti: 'AT.0mP4JKAZX1iACIT4vbEDF7LpvDVjxypPMf0D7uX39RE',
      iss: 'https://example.okta.com/oauth2/default',
      aud: 'api://default',
      sub: 'user@example.com',
      cid: 'nmdP1fcyvdVO11AL7ECm',
      uid: '00ujmkLgagxeRrAg20g3',
      scp: ['openid', 'orders.read'],
      auth_time: iat,
    },
    wrong: {
      cid: { claims: { cid: undefined } },
      aud: { claims: { aud: 'nmdP1fcyvdVO11AL7ECm' } },
      exp: { claims: lasting(86_401) },
    },
    scopes: [{ subject: 'user@example.com' }, { client: 'nmdP1fcyvdVO11AL7ECm' }],
    tokenId: 'AT.0mP4JKAZX1iACIT4vbEDF7LpvDVjxypPMf0D7uX39RE',
    scope: 'orders.read',
  },
  clerk: {
    trusted: clerk('https://clerk.your-site.com', {
      audience: 'https://example.com',
      maxLifetime: '1m',
    }),
    jwksUri: 'https://clerk.your-site.com/.well-known/jwks.json',
    discovered: false,
    alg: 'RS256',
    header: jwt,
    claims: {
      ...lasting(60),
      azp: 'https://example.com',
      fva: [7, -1],
      iss: 'https://clerk.your-site.com',
      jti: '1234567890',
      nbf: iat - 10,
      sid: 'sess_123',
      sub: 'user_123',
      v: 2,
      pla: 'u:free,o:pro',
      fea: 'o:dashboard,o:impersonation',
      sts: 'active',
    },
    wrong: {
      azp: { claims: { azp: 'https://evil.example' } },
      sid: { claims: { sid: undefined } },
      exp: { claims: lasting(61) },
    },
    scopes: [{ session: 'sess_123' }, { subject: 'user_123' }],
    tokenId: '1234567890',
  },
  supabase: {
    trusted: supabase(PROJECT, { maxLifetime: '1h' }),
    jwksUri: `${PROJECT}/auth/v1/.well-known/jwks.json`,
    discovered: false,
    alg: 'ES256',
    header: jwt,
    claims: {
      ...lasting(3_600),
      aal: 'aal1',
      amr: [{ method: 'password', timestamp: iat }],
      app_metadata: { provider: 'email', providers: ['email'] },
      aud: 'authenticated',
      email: 'user@example.com',
      iss: `${PROJECT}/auth/v1`,
      phone: '',
      role: 'authenticated',
      session_id: 'b7e0a7f0-9a3e-4f0e-8a2e-1c5a0f1d2e3f',
      sub: USER,
      user_metadata: { name: 'John Doe' },
      is_anonymous: false,
    },
    wrong: {
      aud: { claims: { aud: 'anon' } },
      session_id: { claims: { session_id: undefined } },
      typ: { header: { typ: 'at+jwt' } },
      exp: { claims: lasting(3_601) },
    },
    scopes: [{ session: 'b7e0a7f0-9a3e-4f0e-8a2e-1c5a0f1d2e3f' }, { subject: USER }],
  },
  firebase: {
    trusted: firebase('example-shop'),
    jwksUri:
      'https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com',
    discovered: true,
    alg: 'RS256',
    header: jwt,
    claims: {
      ...lasting(3_600),
      iss: 'https://securetoken.google.com/example-shop',
      aud: 'example-shop',
      auth_time: iat,
      user_id: 'kL9xQm2',
      sub: 'kL9xQm2',
      email: 'user@example.com',
      email_verified: true,
      firebase: { identities: { email: ['user@example.com'] }, sign_in_provider: 'password' },
    },
    wrong: {
      aud: { claims: { aud: 'other-shop' } },
      sub: { claims: { sub: undefined } },
      auth_time: { claims: { auth_time: undefined } },
      exp: { claims: lasting(3_601) },
    },
    scopes: [{ subject: 'kL9xQm2' }],
  },
  betterAuth: {
    trusted: betterAuth('https://example.com'),
    jwksUri: 'https://example.com/api/auth/jwks',
    discovered: false,
    alg: 'EdDSA',
    header: anyTyp,
    claims: {
      ...lasting(900),
      id: 'u1',
      name: 'Ada',
      email: 'ada@example.com',
      emailVerified: true,
      createdAt: '2027-01-01T00:00:00.000Z',
      sub: 'u1',
      iss: 'https://example.com',
      aud: 'https://example.com',
    },
    wrong: { aud: { claims: { aud: 'https://other.example' } }, exp: { claims: lasting(901) } },
    scopes: [{ subject: 'u1' }],
  },
}
