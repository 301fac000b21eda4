import { decodeJwt, decodeProtectedHeader } from 'jose'

/** In characters. A longer token is malformed. */
export const MAX_TOKEN_LENGTH = 16_384

export interface Header {
  readonly alg: string
  readonly kid: string | undefined
  /** Lower case, without `application/` (RFC 8725 §3.11). */
  readonly typ: string | undefined
}

/** The parts of a compact JWS (RFC 7515 §3.1). Its signature is not checked yet. */
export interface Compact extends Header {
  readonly token: string
  readonly payload: Readonly<Record<string, unknown>>
}

// They name keys that the sender chose, or change what is signed.
const FORBIDDEN = ['jku', 'jwk', 'x5u', 'crit', 'b64']

/** Whether a value has the form of a compact JWS: three parts of base64url, of any length. */
export function isCompact(token: unknown): token is string {
  return typeof token === 'string' && /^[\w-]+\.[\w-]+\.[\w-]*$/.test(token)
}

export function parseCompact(token: unknown): Compact | 'malformed' | 'untrusted' {
  if (typeof token !== 'string' || token.length > MAX_TOKEN_LENGTH) return 'malformed'
  if (!isCompact(token)) return 'malformed'
  try {
    const payload = decodeJwt(token)
    const header = parseHeader(token)
    return typeof header === 'string' ? header : { token, ...header, payload }
  } catch {
    return 'malformed'
  }
}

// Unused bits of the last character must be zero (RFC 4648 §3.5), or one token would have several encodings.
const PART = '(?:[\\w-]{4})*(?:[\\w-][AQgw]|[\\w-]{2}[AEIMQUYcgkosw048])?'
const CANONICAL = new RegExp(`^${PART}\\.${PART}\\.`)

/** @throws if the header is not a JSON object */
export function parseHeader(token: string): Header | 'malformed' | 'untrusted' {
  if (!CANONICAL.test(token)) return 'malformed'
  const header: Readonly<Record<string, unknown>> = decodeProtectedHeader(token)
  const { alg, kid, typ } = header
  if (FORBIDDEN.some((name) => Object.hasOwn(header, name))) return 'untrusted'
  if (typeof alg !== 'string' || (kid !== undefined && typeof kid !== 'string')) return 'untrusted'
  if (typ !== undefined && typeof typ !== 'string') return 'malformed'
  return { alg, kid, typ: normalized(typ) }
}

function normalized(typ: string | undefined): string | undefined {
  return typ?.toLowerCase().replace(/^application\//, '')
}
