import { CompactSign, importJWK, type JWK } from 'jose'
import {
  createTokenward,
  generateKeys,
  prepare,
  type SigningKeys,
  type Tokenward,
  type TokenwardOptions,
  type TrustOptions,
  trust,
} from '../src/index.ts'
import { mapRepository } from './map-repository.ts'

export const ISSUER = 'https://api.example'
export const IDP = 'https://idp.example'
export const JWKS_URI = 'https://idp.example/jwks'

/** An identity provider: its metadata, its key set, and a `fetch` that returns them. */
export class Provider {
  readonly issuer: string
  readonly key: SigningKeys[0]
  /** URLs that were fetched. */
  readonly fetched: string[] = []
  readonly requests: RequestInit[] = []
  jwksUri: string
  jwks: { keys: unknown[] }
  /** Replaces a response; `null`: the usual one. */
  respond: (url: string, init: RequestInit) => Promise<Response> | Response | null = () => null

  constructor(issuer: string, key: SigningKeys[0], jwksUri: string = JWKS_URI) {
    this.issuer = issuer
    this.key = key
    this.jwksUri = jwksUri
    this.jwks = { keys: [publicPart(key)] }
  }

  readonly fetch = (async (url: string, init: RequestInit) => {
    this.fetched.push(url)
    this.requests.push(init)
    const response = this.respond(url, init)
    if (response !== null) return response
    if (url === this.jwksUri) return Response.json(this.jwks)
    const { issuer, jwksUri } = this
    if (url === `${issuer}/.well-known/openid-configuration`)
      return Response.json({ issuer, jwks_uri: jwksUri })
    return new Response('', { status: 404 })
  }) as typeof globalThis.fetch

  /** How often the key set was fetched. */
  get reads(): number {
    return this.fetched.filter((url) => url === this.jwksUri).length
  }
}

export async function createProvider(issuer: string = IDP, jwksUri?: string): Promise<Provider> {
  const [key] = await generateKeys()
  return new Provider(issuer, key, jwksUri)
}

export function publicPart({ d, p, q, dp, dq, qi, ...rest }: JWK): JWK {
  return rest
}

/** A clock that the test sets. */
export function testClock(start = 1_800_000_000_000): { now: number; read: () => number } {
  const clock = { now: start, read: () => clock.now }
  return clock
}

/** An instance that trusts the provider, on a store that was prepared an hour ago. */
export async function trusting(
  options: Partial<TokenwardOptions> & { idp?: string; trustOptions?: Partial<TrustOptions> },
): Promise<Tokenward> {
  const { idp = IDP, trustOptions, clock = testClock().read, ...more } = options
  const all: TokenwardOptions = {
    issuer: ISSUER,
    keys: await generateKeys(),
    repository: mapRepository(),
    trust: [trust(idp, { audience: ISSUER, maxLifetime: '7d', ...trustOptions })],
    deadline: '20s',
    ...more,
    clock,
  }
  await prepare({ ...all, clock: () => clock() - 3_600_000 })
  return createTokenward(all)
}

export const claimsAt = (ms: number, more: object = {}): object => ({
  iss: IDP,
  aud: ISSUER,
  sub: 'ada',
  jti: 'a',
  client_id: 'web',
  iat: Math.floor(ms / 1000),
  exp: Math.floor(ms / 1000) + 7 * 86_400,
  ...more,
})

export async function sign(
  key: JWK | Uint8Array,
  claims: object | string,
  header: object = {},
): Promise<string> {
  const payload = typeof claims === 'string' ? claims : JSON.stringify(claims)
  const { alg = 'HS256', kid } = key instanceof Uint8Array ? {} : key
  const protectedHeader = { alg, typ: 'at+jwt', ...(kid !== undefined && { kid }), ...header }
  return new CompactSign(Buffer.from(payload))
    .setProtectedHeader(protectedHeader as { alg: string })
    .sign(key instanceof Uint8Array ? key : await importJWK(key, protectedHeader.alg))
}

/** The reason of a refusal, or the code of an error. */
export async function outcomeOf(instance: Tokenward, token: unknown): Promise<string> {
  try {
    const result = await instance.verify(token as string)
    return result.active ? 'active' : result.reason
  } catch (error) {
    return String((error as { code?: unknown }).code ?? error)
  }
}
