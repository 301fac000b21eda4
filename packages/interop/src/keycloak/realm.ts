export const REALM = 'shop'
export const AUDIENCE = 'orders'
export const CLIENT = 'web'
export const USER = { username: 'ada', password: 'correct horse battery staple' }

/**
 * A realm as an administrator would make it: the defaults, a client with an audience mapper and a back-channel
 * logout URL, and one user.
 */
export function realm(logoutUrl: string): object {
  const audienceMapper = {
    name: 'orders API',
    protocol: 'openid-connect',
    protocolMapper: 'oidc-audience-mapper',
    config: { 'included.custom.audience': AUDIENCE, 'access.token.claim': 'true' },
  }
  const client = {
    clientId: CLIENT,
    publicClient: true,
    directAccessGrantsEnabled: true,
    attributes: {
      'backchannel.logout.url': logoutUrl,
      'backchannel.logout.session.required': 'true',
    },
    protocolMappers: [audienceMapper],
  }
  const { username, password } = USER
  const user = {
    username,
    enabled: true,
    email: 'ada@example.com',
    emailVerified: true,
    firstName: 'Ada',
    lastName: 'Lovelace',
    credentials: [{ type: 'password', value: password, temporary: false }],
  }
  return { realm: REALM, enabled: true, clients: [client], users: [user] }
}
