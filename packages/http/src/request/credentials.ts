import { type Failure, invalidRequest } from '../answers/failure.ts'

/** How a client presents a token: RFC 6750, or with a proof of possession RFC 9449. */
export type Scheme = 'Bearer' | 'DPoP'

export interface Credentials {
  readonly scheme: Scheme
  readonly token: string
}

/** The largest header in UTF-16 code units. The longest token that Tokenward accepts has 16,384. */
const MAX_HEADER_LENGTH = 20_000

const TWO_CREDENTIALS = invalidRequest('The request must have exactly one Authorization header.')
const TOO_LONG = invalidRequest('The Authorization header is too long.')
const MALFORMED = invalidRequest(
  'The Authorization header must be the scheme, a space and one token (RFC 6750 §2.1).',
)

/**
 * Reads the token of a request (RFC 6750 §2.1). Only the header `Authorization` is read: never the query
 * string, nor a form.
 * @param values of every header `Authorization` of the request. The Web's `Headers` join them by commas.
 * @returns `null`: the request has no credentials that are meant for us
 */
export function readCredentials(
  values: readonly string[],
  schemes: readonly Scheme[],
): Credentials | Failure | null {
  if (values.length > 1) return TWO_CREDENTIALS
  const value = values[0]?.trim() ?? ''
  if (value.length > MAX_HEADER_LENGTH) return TOO_LONG
  const [name = ''] = value.split(/[ \t,]/, 1)
  const scheme = schemes.find((each) => each.toLowerCase() === name.toLowerCase())
  // Two headers, joined by a comma, of which the first has another scheme.
  if (scheme === undefined) return JOINED.test(value) ? TWO_CREDENTIALS : null
  const token = TOKEN68.exec(value.slice(name.length))?.[1]
  return token === undefined ? MALFORMED : { scheme, token }
}

const JOINED = /,[ \t]*(?:bearer|dpop)[ \t]/i

/** One or more spaces and `token68` (RFC 9110 §11.4). */
const TOKEN68 = /^ +([A-Za-z0-9\-._~+/]+=*)$/
