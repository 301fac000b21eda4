import { decodeJwt, decodeProtectedHeader, type JWTPayload } from 'jose'

/** What a token claims to be. Nothing of it is verified. */
export interface Unverified {
  readonly kind: 'access' | 'refresh'
  readonly claims: JWTPayload
}

const REFRESH_TYP = /^(?:application\/)?rt\+jwt$/i

/** Reads a token before it is verified, to choose what to require of it. `null`: it is no JWT. */
export function readUnverified(token: string): Unverified | null {
  try {
    const { typ } = decodeProtectedHeader(token)
    const kind = typeof typ === 'string' && REFRESH_TYP.test(typ) ? 'refresh' : 'access'
    return { kind, claims: decodeJwt(token) }
  } catch {
    return null
  }
}
