import * as v from 'valibot'
import { isName } from '../scopes/ids.ts'

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/

/** Whether a URL has https, or http and a loopback host. */
export function isSecureUrl(value: unknown): value is string | URL {
  const url = typeof value === 'string' ? URL.parse(value) : value
  if (!(url instanceof URL)) return false
  return url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.test(url.hostname))
}

export function isIssuerUrl(value: unknown): value is string {
  return isName(value) && isSecureUrl(value) && !/[?#]/.test(value)
}

/** An issuer identifier: no query, no fragment (RFC 8414 §2). */
export const issuer: v.GenericSchema<unknown, string> = v.custom<string>(
  isIssuerUrl,
  'must be an https URL (or http on a loopback host) without query and fragment.',
)
