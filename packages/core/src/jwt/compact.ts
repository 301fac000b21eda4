import { decodeJwt, decodeProtectedHeader } from 'jose'

/** UTF-16 units; longer ones are not looked at. */
export const MAX_TOKEN = 16_384

export interface Header {
  readonly alg: string
  readonly kid: string | undefined
  /** Lower case, without `application/` (RFC 8725 §3.11). */
  readonly typ: string | undefined
}

/** A compact JWS taken apart, nothing of it believed yet (RFC 7515 §3.1). */
export interface Compact extends Header {
  readonly token: string
  readonly payload: Readonly<Record<string, unknown>>
}

// They name keys of the sender's choice or change what was signed; nothing here needs them.
const FORBIDDEN = ['jku', 'jwk', 'x5u', 'crit', 'b64']

/** Three parts of base64url: the shape of a compact JWS, of whatever length. */
export function isCompact(token: unknown): token is string {
  return typeof token === 'string' && /^[\w-]+\.[\w-]+\.[\w-]*$/.test(token)
}

export function parseCompact(token: unknown): Compact | 'malformed' | 'untrusted' {
  if (typeof token !== 'string' || token.length > MAX_TOKEN) return 'malformed'
  if (!isCompact(token)) return 'malformed'
  try {
    const payload = decodeJwt(token)
    const header = parseHeader(token)
    return typeof header === 'string' ? header : { token, ...header, payload }
  } catch {
    return 'malformed'
  }
}

// Unused bits of the last character must be zero (RFC 4648 §3.5): nobody signs what is encoded otherwise.
const PART = '(?:[\\w-]{4})*(?:[\\w-][AQgw]|[\\w-]{2}[AEIMQUYcgkosw048])?'
const CANONICAL = new RegExp(`^${PART}\\.${PART}\\.`)

/** @throws where the header is no JSON object */
export function parseHeader(token: string): Header | 'malformed' | 'untrusted' {
  if (!CANONICAL.test(token)) return 'malformed'
  const header: Readonly<Record<string, unknown>> = decodeProtectedHeader(token)
  const { alg, kid, typ } = header
  if (FORBIDDEN.some((name) => Object.hasOwn(header, name))) return 'untrusted'
  if (typeof alg !== 'string' || (kid !== undefined && typeof kid !== 'string')) return 'untrusted'
  if (typ !== undefined && typeof typ !== 'string') return 'malformed'
  return { alg, kid, typ: normalised(typ) }
}

function normalised(typ: string | undefined): string | undefined {
  return typ?.toLowerCase().replace(/^application\//, '')
}
