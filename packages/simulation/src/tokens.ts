import { Buffer } from 'node:buffer'
import { signatureOf } from './signature.ts'

export const ISSUER = 'https://api.example'

/** What the simulation reads in a token: RFC names, in seconds; `tw` is core's own, in ms. */
export interface Claims {
  readonly jti: string
  readonly iat: number
  readonly exp: number
  readonly v?: number
  readonly tw?: { readonly t: number; readonly l?: number; readonly n?: number }
}

export function claimsOf(token: string): Claims {
  const payload = token.split('.')[1] ?? ''
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Claims
}

/** A token of the instance's issuer that no instance made. */
export function unmanaged(kid: string, claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const input = `${part({ alg: 'ES256', typ: 'at+jwt', kid })}.${part(claims)}`
  return `${input}.${signatureOf(input).toString('base64url')}`
}
