import Negotiator from 'negotiator'

/** In this order where a client accepts both alike. */
const TYPES = ['application/json', 'application/problem+json']

/** A longer header is not parsed: no browser and no library sends one. */
const MAX_ACCEPT_LENGTH = 4096

/** Whether a client prefers a problem (RFC 9457) to plain JSON. */
export function prefersProblem(accept: string | null | undefined): boolean {
  if (!accept || accept.length > MAX_ACCEPT_LENGTH) return false
  return new Negotiator({ headers: { accept } }).mediaType(TYPES) === 'application/problem+json'
}
