// Two authorization servers with the same clients: ours, and the certified one of oidc-provider.
import type { RequestListener } from 'node:http'
import Provider, { type Configuration } from 'oidc-provider'
import { introspection, refresh, revocation } from '../../src/endpoints.ts'
import { authenticate, createEnvironment } from '../endpoints/environment.ts'
import { listen, serve } from '../endpoints/server.ts'

/** The tokens of one login at the client `web`. */
export interface Login {
  readonly access: string
  readonly refresh: string
}

/** An authorization server with the endpoints `/token`, `/introspect` and `/revoke`. */
export interface AuthorizationServer {
  readonly origin: string
  readonly login: () => Promise<Login>
  /** Lets so much time pass that a repeated refresh is an attack. */
  readonly endGracePeriod: () => void
  readonly close: () => Promise<void>
}

export async function startOurs(): Promise<AuthorizationServer> {
  const { tokens, clock, close } = await createEnvironment()
  const served = await serve()
  served.routes.set('/token', refresh(tokens, { authenticate }))
  served.routes.set('/introspect', introspection(tokens, { authenticate }))
  served.routes.set('/revoke', revocation(tokens, { authenticate }))
  return {
    origin: served.origin,
    login: async () => {
      const { accessToken, refreshToken } = await tokens.issue({
        subject: 'ada',
        client: 'web',
        scope: 'read write',
      })
      return { access: accessToken, refresh: refreshToken }
    },
    endGracePeriod: () => {
      clock.now += 60_000
    },
    close: async () => {
      await served.close()
      await close()
    },
  }
}

const web = {
  client_id: 'web',
  client_secret: 'web secret+%',
  grant_types: ['authorization_code', 'refresh_token'],
  redirect_uris: ['https://web.example/callback'],
}

/** Every other setting is the default of oidc-provider. */
const SETTINGS: Configuration = {
  clients: [
    web,
    { ...web, client_id: 'other', client_secret: 'other-secret' },
    {
      client_id: 'notes',
      client_secret: 'notes-secret',
      grant_types: [],
      redirect_uris: [],
      response_types: [],
      introspection_signed_response_alg: 'RS256',
    },
  ],
  routes: { token: '/token', introspection: '/introspect', revocation: '/revoke' },
  scopes: ['openid', 'offline_access', 'read', 'write'],
  findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  rotateRefreshToken: true,
  features: {
    devInteractions: { enabled: false },
    introspection: { enabled: true },
    jwtIntrospection: { enabled: true },
    revocation: { enabled: true },
  },
}

export async function startTheirs(): Promise<AuthorizationServer> {
  let listener: RequestListener | undefined
  const { origin, close } = await listen((request, response) => listener?.(request, response))
  // Its issuer contains the port.
  const provider = new Provider(origin, SETTINGS)
  listener = provider.callback()
  return { origin, login: () => loginAt(provider), endGracePeriod: () => undefined, close }
}

/** The tokens of a code that was exchanged, without the pages before it. */
async function loginAt(provider: Provider): Promise<Login> {
  const client = await provider.Client.find('web')
  if (client === undefined) throw new Error('The client is not registered.')
  const scope = 'openid offline_access read write'
  const grant = new provider.Grant({ accountId: 'ada', clientId: 'web' })
  grant.addOIDCScope(scope)
  const grantId = await grant.save()
  const token = { accountId: 'ada', client, grantId, gty: 'authorization_code', scope }
  const access = await new provider.AccessToken(token as never).save()
  const refreshToken = new provider.RefreshToken(token as never)
  return { access, refresh: await refreshToken.save() }
}
