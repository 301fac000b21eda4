// An application whose users sign in with Better Auth, on SQLite, with its plugins for JWTs and for OAuth.
import { DatabaseSync } from 'node:sqlite'
import { oauthProvider } from '@better-auth/oauth-provider'
import { createRequestListener } from '@remix-run/node-fetch-server'
import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { type JwtOptions, jwt } from 'better-auth/plugins'
import { listen } from '../endpoints/server.ts'

/** The API for which the OAuth plugin issues access tokens. */
export const API = 'https://api.example'

/** What differs between the applications of the tests. */
export interface AppOptions {
  readonly jwt?: JwtOptions
  /** The hook of its database that runs after a session was deleted. */
  readonly onSessionDeleted?: (session: { readonly id: string }) => Promise<void>
}

export interface App {
  /** Its base URL. */
  readonly origin: string
  readonly signUp: (name: string) => Promise<User>
  /** Whether its own check of a JWT accepts it. */
  readonly accepts: (token: string) => Promise<boolean>
  /** An OAuth client of the user, and an access token that the client got for itself. */
  readonly client: (user: User) => Promise<OAuthClient>
  readonly close: () => Promise<void>
}

/** One session of a user in a browser. */
export interface User {
  readonly cookie: string
  /** The JWT of the session, a new one each time. */
  readonly token: () => Promise<string>
  /** @returns the status of the answer */
  readonly signOut: () => Promise<number>
  readonly signInAgain: () => Promise<User>
}

export interface OAuthClient {
  readonly accessToken: string
  /** The answer of the endpoint of Better Auth. */
  readonly revoke: (token: string) => Promise<Response>
}

export async function startApp(options: AppOptions = {}): Promise<App> {
  let handler: ((request: Request) => Promise<Response>) | undefined
  const listener = createRequestListener(async (request) => {
    return handler === undefined ? new Response(null, { status: 503 }) : handler(request)
  })
  const { origin, close } = await listen(listener)
  const database = new DatabaseSync(':memory:')
  const auth = await createAuth(origin, database, options)
  handler = auth.handler
  return {
    origin,
    signUp: (name) => enter(origin, 'sign-up', { name, ...credentials(name) }),
    accepts: async (token) => {
      const { payload } = await auth.api.verifyJWT({ body: { token } })
      return payload !== null
    },
    client: (user) => createClient(auth, origin, user),
    close: async () => {
      await close()
      database.close()
    },
  }
}

type Auth = Awaited<ReturnType<typeof createAuth>>

async function createAuth(origin: string, database: DatabaseSync, options: AppOptions) {
  const settings = {
    database,
    baseURL: origin,
    secret: crypto.randomUUID() + crypto.randomUUID(),
    emailAndPassword: { enabled: true },
    logger: { level: 'error' as const },
    databaseHooks: {
      session: {
        delete: { after: async (session: { id: string }) => options.onSessionDeleted?.(session) },
      },
    },
    plugins: [
      jwt(options.jwt),
      oauthProvider({
        loginPage: '/login',
        consentPage: '/consent',
        scopes: ['read'],
        resources: [API],
        clientPrivileges: () => true,
        resourcePrivileges: () => true,
        silenceWarnings: { oauthAuthServerConfig: true, openidConfig: true },
      }),
    ],
  }
  const { runMigrations } = await getMigrations(settings)
  await runMigrations()
  return betterAuth(settings)
}

function credentials(name: string): { readonly email: string; readonly password: string } {
  return { email: `${name}@user.example`, password: `the password of ${name}` }
}

async function enter(
  origin: string,
  by: 'sign-up' | 'sign-in',
  body: { name: string },
): Promise<User> {
  const post = async (path: string, sent: object, cookie = '') =>
    fetch(`${origin}/api/auth/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin, cookie },
      body: JSON.stringify(sent),
    })
  const response = await post(`${by}/email`, body)
  if (response.status !== 200) throw new Error(await response.text())
  const cookie = response.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ')
  return {
    cookie,
    token: async () => {
      const answer = await fetch(`${origin}/api/auth/token`, { headers: { cookie } })
      const { token } = (await answer.json()) as { token: string }
      return token
    },
    signOut: async () => (await post('sign-out', {}, cookie)).status,
    signInAgain: () => enter(origin, 'sign-in', body),
  }
}

async function createClient(auth: Auth, origin: string, { cookie }: User): Promise<OAuthClient> {
  const headers = new Headers({ cookie })
  const { client_id, client_secret = '' } = await auth.api.adminCreateOAuthClient({
    headers,
    body: {
      grant_types: ['client_credentials'],
      response_types: [],
      client_credentials_scopes: ['read'],
      token_endpoint_auth_method: 'client_secret_post',
    },
  })
  const params = { identifier: API, client_id }
  await auth.api.adminLinkClientResource({ headers, params })
  const post = async (path: string, form: Record<string, string>) => {
    const body = new URLSearchParams({ client_id, client_secret, ...form })
    return fetch(`${origin}/api/auth/oauth2/${path}`, { method: 'POST', body })
  }
  const response = await post('token', { grant_type: 'client_credentials', resource: API })
  const { access_token } = (await response.json()) as { access_token: string }
  return { accessToken: access_token, revoke: (token) => post('revoke', { token }) }
}
