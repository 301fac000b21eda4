// A request to an authorization server, and what is compared of the answer.
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { BASIC } from '../endpoints/environment.ts'
import type { AuthorizationServer, Login } from './two-servers.ts'

/** A request about a fresh login of the client `web`. */
export interface LoginRequest {
  readonly path: '/token' | '/introspect' | '/revoke'
  /** The parameters of the form, or a body that is sent as it is. */
  readonly body: (login: Login) => Readonly<Record<string, string>> | string
  /** The client that authenticates itself, or a whole header; `null`: no header. @default 'web' */
  readonly client?: string | null
  readonly headers?: Readonly<Record<string, string>>
  /** What happens to the login first. */
  readonly before?: (server: AuthorizationServer, login: Login) => Promise<void>
}

/** What of an answer a client acts on, and what became of the login. */
export interface Observed {
  readonly status: number
  readonly error: unknown
  /** The media type of an answer with a body. */
  readonly type: string | null
  readonly cache: string | null
  /** The scheme of `WWW-Authenticate`. */
  readonly challenge: string | null
  /** The members of the RFCs that are present. */
  readonly members: string
  /** The `typ` of an answer that is a JWT, and its claims. */
  readonly jwt: string | null
  /** Which of the tokens of the login are active afterwards. */
  readonly left: string
}

/**
 * RFC 6749 §5.1, RFC 7662 §2.2. Left out is what depends on the form of a token, because theirs are opaque:
 * `aud`, `jti` and `sid`.
 */
const MEMBERS = ['active', 'sub', 'client_id', 'exp', 'iat', 'iss', 'token_type', 'scope']
const ISSUED = ['access_token', 'refresh_token', 'expires_in']

export async function observe(server: AuthorizationServer, each: LoginRequest): Promise<Observed> {
  const login = await server.login()
  await each.before?.(server, login)
  const response = await send(server, each, login)
  const { headers, status } = response
  const text = await response.text()
  const type = text === '' ? null : (headers.get('content-type')?.split(';')[0] ?? null)
  const body = type === 'application/json' ? (JSON.parse(text) as Record<string, unknown>) : {}
  return {
    status,
    error: body['error'],
    type,
    cache: headers.get('cache-control'),
    challenge: headers.get('www-authenticate')?.split(' ')[0] ?? null,
    members: membersOf(body),
    jwt: type?.endsWith('+jwt') ? describeJwt(text) : null,
    left: await activeOf(server, login),
  }
}

function membersOf(body: Readonly<Record<string, unknown>>): string {
  if (body['active'] === false) return 'inactive'
  return [...ISSUED, ...MEMBERS].filter((name) => body[name] !== undefined).join(' ')
}

function describeJwt(jwt: string): string {
  const { token_introspection: token, ...claims } = decodeJwt(jwt)
  const { typ } = decodeProtectedHeader(jwt)
  const inside = membersOf(token as Readonly<Record<string, unknown>>)
  return `${typ}: ${Object.keys(claims).sort().join(' ')} (${inside})`
}

async function send(
  server: AuthorizationServer,
  { path, client = 'web', body: bodyOf, headers }: LoginRequest,
  login: Login,
): Promise<Response> {
  const body = bodyOf(login)
  return fetch(server.origin + path, {
    method: 'POST',
    body: typeof body === 'string' ? body : new URLSearchParams(body),
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...(client === null ? {} : { authorization: BASIC[client] ?? client }),
      ...headers,
    },
  })
}

async function activeOf(server: AuthorizationServer, login: Login): Promise<string> {
  const left: string[] = []
  for (const name of ['access', 'refresh'] as const) {
    const response = await send(server, ask(name), login)
    const { active } = (await response.json()) as { active: boolean }
    if (active) left.push(name)
  }
  return left.join(' ')
}

/** A client asks about a token of its login. */
export function ask(name: keyof Login, more: Partial<LoginRequest> = {}): LoginRequest {
  return { path: '/introspect', body: (login) => ({ token: login[name] }), ...more }
}

/** A client revokes a token of its login. */
export function revoke(name: keyof Login, more: Partial<LoginRequest> = {}): LoginRequest {
  return { path: '/revoke', body: (login) => ({ token: login[name] }), ...more }
}

/** A client exchanges its refresh token. An empty parameter counts as missing (RFC 6749 §3.2). */
export function exchange(
  parameters: Readonly<Record<string, string>> = {},
  more: Partial<LoginRequest> = {},
): LoginRequest {
  const base = { grant_type: 'refresh_token' }
  const body = ({ refresh }: Login) => ({ ...base, refresh_token: refresh, ...parameters })
  return { path: '/token', body, ...more }
}

/** Sends a request first, and reads its answer to the end. */
export function after(each: LoginRequest): Pick<LoginRequest, 'before'> {
  return {
    before: async (server, login) => {
      const response = await send(server, each, login)
      await response.arrayBuffer()
      if (response.status !== 200) throw new Error(`${each.path} answered ${response.status}.`)
    },
  }
}
