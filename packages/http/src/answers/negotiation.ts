import Negotiator from 'negotiator'

/** A longer header is not parsed: no browser and no library sends one. */
const MAX_ACCEPT_LENGTH = 4096

/** Whether a client prefers this type to plain JSON. It gets JSON where it accepts both alike. */
export function prefersToJson(type: string, accept: string | null | undefined): boolean {
  if (!accept || accept.length > MAX_ACCEPT_LENGTH) return false
  return new Negotiator({ headers: { accept } }).mediaType(['application/json', type]) === type
}
