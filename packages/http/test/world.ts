import { inspect } from 'node:util'
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
import { importJWK, type JWTPayload, SignJWT } from 'jose'
import type { Verifier } from '../src/index.ts'
import { type Switch, switchedStore } from './switched-store.ts'

export const ISSUER = 'https://api.example'
const IDP = 'https://idp.example'
const DOWN = 'https://down.example'
const HOUR_MS = 3_600_000

/** An instance, and a token of every sort that a client may present. */
export interface World {
  readonly tokens: Verifier
  readonly store: Switch
  readonly token: Readonly<Record<TokenName, string>>
}

export type TokenName =
  | 'active'
  | 'readOnly'
  | 'unscoped'
  | 'expired'
  | 'revoked'
  | 'revokedReadOnly'
  | 'sessionRevoked'
  | 'subjectRevoked'
  | 'consumed'
  | 'refresh'
  | 'otherAudience'
  | 'forged'
  | 'tampered'
  | 'unsigned'
  | 'unknownIssuer'
  | 'keyBound'
  | 'certificateBound'
  | 'external'
  | 'keysDown'
  | 'tooLong'

export async function createWorld(): Promise<World> {
  const [key] = await generateKeys()
  const [stranger] = await generateKeys()
  const [idpKey] = await generateKeys()
  const store: Switch = { state: 'available', reads: 0 }
  let now = Date.now()
  const options: TokenwardOptions = {
    issuer: ISSUER,
    keys: [key],
    repository: switchedStore(memory(), store),
    clock: () => now,
    deadline: '1m',
    trust: [
      trust(IDP, { audience: ISSUER, maxLifetime: '1h', jwks: { keys: [publicPart(idpKey)] } }),
      trust(DOWN, { audience: ISSUER, maxLifetime: '1h', jwks: new URL(`${DOWN}/jwks`) }),
    ],
    fetch: () => Promise.reject(new Error('The network is down.')),
  }
  await prepare(options)
  const issuer = await createTokenward(options)
  const impatient = await createTokenward({ ...options, deadline: '50ms' })
  const expired = (await login(issuer)).accessToken
  now += HOUR_MS
  const external = (iss: string, signer: SigningKeys[0], more: JWTPayload = {}) =>
    sign(
      signer,
      { iss, aud: ISSUER, sub: 'ada', jti: crypto.randomUUID(), scope: 'read', ...more },
      now,
    )
  const active = (await login(issuer)).accessToken
  const token = {
    active,
    readOnly: (await login(issuer, { scope: 'read' })).accessToken,
    unscoped: (await login(issuer, {})).accessToken,
    expired,
    ...(await revokedTokens(issuer)),
    refresh: (await login(issuer)).refreshToken,
    otherAudience: (await login(issuer, { scope: 'read', audience: 'https://other.example' }))
      .accessToken,
    forged: await external(ISSUER, { ...stranger, kid: key.kid ?? '' }),
    tampered: tamper(active),
    unsigned: `${encode({ alg: 'none', typ: 'at+jwt' })}.${active.split('.')[1]}.`,
    unknownIssuer: await external('https://unknown.example', stranger),
    keyBound: await external(IDP, idpKey, { cnf: { jkt: 'thumbprint' } }),
    certificateBound: await external(IDP, idpKey, { cnf: { 'x5t#S256': 'fingerprint' } }),
    external: await external(IDP, idpKey, { azp: 'phone', sid: 'session-1' }),
    keysDown: await external(DOWN, stranger),
    tooLong: await external(IDP, idpKey, { padding: 'x'.repeat(13_000) }),
  }
  // A long deadline, so that a busy machine fails no request, except where the store does not answer.
  const verify: Verifier['verify'] = (...input) => {
    return (store.state === 'hanging' ? impatient : issuer).verify(...input)
  }
  return { tokens: { verify }, store, token }
}

function login(
  tokens: Tokenward,
  more: { scope?: string; audience?: string } = { scope: 'read write' },
) {
  return tokens.issue({ subject: 'ada', client: 'web', ...more })
}

async function revokedTokens(tokens: Tokenward) {
  const revoked = (await login(tokens)).accessToken
  await tokens.revoke(revoked, { reason: 'lost phone' })
  const revokedReadOnly = (await login(tokens, { scope: 'read' })).accessToken
  await tokens.revoke(revokedReadOnly)
  const session = await login(tokens)
  await tokens.revoke({ session: session.session })
  const other = await tokens.issue({ subject: 'bob', client: 'web', scope: 'read write' })
  await tokens.revoke({ subject: 'bob' })
  const consumed = (await login(tokens)).accessToken
  await tokens.consume(consumed)
  return {
    revoked,
    revokedReadOnly,
    sessionRevoked: session.accessToken,
    subjectRevoked: other.accessToken,
    consumed,
  }
}

async function sign(key: SigningKeys[0], claims: JWTPayload, now: number): Promise<string> {
  const iat = Math.floor(now / 1000)
  const header = { alg: key.alg ?? '', kid: key.kid ?? '', typ: 'at+jwt' }
  return new SignJWT({ iat, exp: iat + 600, ...claims })
    .setProtectedHeader(header)
    .sign(await importJWK(key))
}

/** The token of another user, under a signature that was made for Ada. */
function tamper(token: string): string {
  const [header, payload = '', signature] = token.split('.')
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object
  return `${header}.${encode({ ...claims, sub: 'eve' })}.${signature}`
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function publicPart({ d: _, ...rest }: SigningKeys[0]): SigningKeys[0] {
  return rest
}

/** The parts of tokens that must not be found in an answer, an error page or a log. */
export function secretsFoundIn(text: unknown, { token }: World): readonly string[] {
  const shown = typeof text === 'string' ? text : inspect(text, { depth: 20, showHidden: true })
  return Object.entries(token).flatMap(([name, value]) => {
    const parts = value.split('.').filter((part) => part.length > 20)
    return parts.some((part) => shown.includes(part)) || shown.includes(value) ? [name] : []
  })
}
