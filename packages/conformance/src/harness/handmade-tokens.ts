// Tokens that no instance would sign: external, older, or invalid. Made by hand, so that the
// suite does not check core with core's own code.
import { Buffer } from 'node:buffer'
import type { webcrypto } from 'node:crypto'
import type { SigningKeys } from '@tokenward/core'

export type SigningKey = SigningKeys[number]

export interface Parts {
  readonly header?: Readonly<Record<string, unknown>>
  readonly claims: Readonly<Record<string, unknown>>
}

/** A compact JWS with ES256 (RFC 7515 §7.1, RFC 7518 §3.4). */
export async function signToken(key: SigningKey, { header, claims }: Parts): Promise<string> {
  const protectedHeader = { alg: 'ES256', typ: 'at+jwt', kid: key.kid, ...header }
  const input = `${encode(protectedHeader)}.${encode(claims)}`
  return `${input}.${await signText(key, input)}`
}

/** The signature of a JWS signing input, in base64url. */
export async function signText(key: SigningKey, input: string): Promise<string> {
  const curve = { name: 'ECDSA', namedCurve: 'P-256' }
  const jwk = key as webcrypto.JsonWebKey
  const signer = await crypto.subtle.importKey('jwk', jwk, curve, false, ['sign'])
  const algorithm = { name: 'ECDSA', hash: 'SHA-256' }
  const signature = await crypto.subtle.sign(algorithm, signer, Buffer.from(input))
  return Buffer.from(signature).toString('base64url')
}

export function publicPart({ d: _, ...key }: SigningKey): SigningKey {
  return key
}

/** The claims of a token, unverified. */
export function claimsOf(token: string): Readonly<Record<string, unknown>> {
  const payload = token.split('.')[1] ?? ''
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}
