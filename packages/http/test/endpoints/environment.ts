import {
  createTokenward,
  generateKeys,
  prepare,
  type SigningKeys,
  type Tokenward,
  type TokenwardOptions,
  trust,
} from '@tokenward/core'
import { memory } from '@tokenward/memory'
import { exportJWK, generateKeyPair, importJWK, type JWTPayload, SignJWT } from 'jose'
import { type Client, type Form, readClientSecret } from '../../src/endpoints.ts'
import { type CountedStore, countedStore } from './counted-store.ts'

export const ISSUER = 'https://api.example'
export const IDP = 'https://idp.example'
export const RESOURCE = 'https://notes.example'

/** An instance on a store that the test watches, with a clock that the test sets. */
export interface Environment {
  readonly tokens: Tokenward
  readonly store: CountedStore
  readonly clock: { now: number }
  /** Signs as the identity provider, with RS256. */
  readonly signed: (claims: JWTPayload, header?: object) => Promise<string>
  readonly close: () => Promise<void>
}

let idpKey: SigningKeys[0] | undefined

export async function createEnvironment(
  options: Partial<TokenwardOptions> = {},
  now = 1_800_000_000_000,
): Promise<Environment> {
  idpKey ??= await rsaKey()
  const key = idpKey
  const clock = { now }
  const store = countedStore(memory())
  const all: TokenwardOptions = {
    issuer: ISSUER,
    audience: [ISSUER, RESOURCE],
    keys: await generateKeys(),
    repository: store.repository,
    clock: () => clock.now,
    // Long enough for a busy machine.
    deadline: '1m',
    trust: [trust(IDP, { audience: ISSUER, maxLifetime: '1h', jwks: { keys: [publicPart(key)] } })],
    ...options,
  }
  await prepare({ ...all, clock: () => clock.now - 3_600_000 })
  const tokens = await createTokenward(all)
  const signed = async (claims: JWTPayload, header: object = {}): Promise<string> => {
    const iat = Math.floor(clock.now / 1000)
    return new SignJWT({ iss: IDP, iat, jti: crypto.randomUUID(), ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: 'idp', ...header })
      .sign(await importJWK(key, 'RS256'))
  }
  return { tokens, store, clock, signed, close: () => tokens.close() }
}

async function rsaKey(): Promise<SigningKeys[0]> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  return { ...(await exportJWK(privateKey)), alg: 'RS256', kid: 'idp' }
}

function publicPart({ d, p, q, dp, dq, qi, ...rest }: SigningKeys[0]): SigningKeys[0] {
  return rest
}

/** The registered clients: their secrets, and the audience of the protected resource. */
const SECRETS: Readonly<Record<string, string>> = {
  web: 'web secret+%',
  other: 'other-secret',
  notes: 'notes-secret',
  api: 'api-secret',
}

const AUDIENCES: Readonly<Record<string, string>> = { notes: RESOURCE, api: ISSUER }

export function authenticate(request: Request, form: Form): Client | null {
  const { clientId = '', clientSecret } = readClientSecret(request, form) ?? {}
  if (!Object.hasOwn(SECRETS, clientId) || SECRETS[clientId] !== clientSecret) return null
  const audience = AUDIENCES[clientId]
  return audience === undefined ? { clientId } : { clientId, audience }
}

export const BASIC: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(SECRETS).map(([id, secret]) => {
    const encoded = new URLSearchParams([[id, secret]]).toString().replace('=', ':')
    return [id, `Basic ${btoa(encoded)}`]
  }),
)

/** A request with a form, as a client sends it. */
export function post(
  form: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Request {
  return new Request('https://api.example/endpoint', {
    method: 'POST',
    body: new URLSearchParams(form),
    headers,
  })
}

/** A request of a page, with the cookie of its browser. */
export function pagePost(
  cookie: string | null,
  headers: Readonly<Record<string, string>> = {},
): Request {
  return new Request('https://api.example/endpoint', {
    method: 'POST',
    headers: { ...pageHeaders(cookie), ...headers },
  })
}

/** As a browser sends them for a page of another host of the same site. */
export function pageHeaders(cookie: string | null): Readonly<Record<string, string>> {
  const own = { origin: 'https://app.example', 'sec-fetch-site': 'same-site' }
  return cookie === null ? own : { ...own, cookie }
}

export async function bodyOf(response: Response): Promise<Record<string, unknown>> {
  return (await response.json()) as Record<string, unknown>
}
