import { type Failure, invalidRequest } from '../answers/failure.ts'
import { type BodyLimits, readBody } from './body.ts'

/**
 * The parameters of a form that have a value. A map: a parameter named `__proto__` is one like any other.
 */
export type Form = ReadonlyMap<string, string>

const FORM_TYPE = 'application/x-www-form-urlencoded'
const WRONG_TYPE = invalidRequest(`The Content-Type must be ${FORM_TYPE}.`)
const REPEATED = invalidRequest('A parameter must not be repeated (RFC 6749 §3.2).')

/**
 * Reads the body of a request to an OAuth endpoint (RFC 6749 §3.2, RFC 7009 §2.1, RFC 7662 §2.1).
 * @returns a {@link Failure} for another content type, a repeated parameter (RFC 6749 §3.2), and a body
 * that is too large, too slow or not UTF-8
 * @throws TypeError where something else has read the body already
 * @example
 * const form = await readForm(request)
 * if ('status' in form) return failureResponse(request, form)
 */
export async function readForm(request: Request, limits?: BodyLimits): Promise<Form | Failure> {
  if (!isForm(request.headers.get('content-type') ?? '')) return WRONG_TYPE
  const body = await readBody(request, limits)
  if (typeof body !== 'string') return body
  const parameters = [...new URLSearchParams(body)]
  if (new Map(parameters).size < parameters.length) return REPEATED
  // A parameter without a value counts as omitted (RFC 6749 §3.2).
  return new Map(parameters.filter(([, value]) => value !== ''))
}

/** The only parameter is a charset that is UTF-8, which some clients send. */
function isForm(contentType: string): boolean {
  const [type = '', ...parameters] = contentType.split(';').map((part) => part.trim().toLowerCase())
  return type === FORM_TYPE && parameters.every((each) => /^(charset="?utf-8"?)?$/.test(each))
}
