import { type Answer, jsonAnswer, toResponse } from './answer.ts'
import { prefersToJson } from './negotiation.ts'

/** Why a request is refused, in the words of OAuth: what an answer is made of. */
export interface Failure {
  /** The HTTP status. */
  readonly status: 400 | 401 | 403 | 405 | 408 | 409 | 413 | 500 | 503
  /**
   * The error code (RFC 6750 §3.1, RFC 6749 §5.2). Missing where the request had no credentials: such an
   * answer has no error information (RFC 6750 §3.1).
   */
  readonly error?: string
  /** For the developer of the client: a fixed text, which names nothing of the request. */
  readonly description: string
  /** Further headers, in lower case. */
  readonly headers?: Readonly<Record<string, string>>
}

/**
 * After how many seconds a client may try again. A store that has recovered is used again within 5 s.
 */
export const RETRY_AFTER_S = 5

/** The phrases of RFC 9110 §15, which are the titles of problems without a type (RFC 9457 §4.2.1). */
const TITLES: Readonly<Record<Failure['status'], string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  405: 'Method Not Allowed',
  408: 'Request Timeout',
  409: 'Conflict',
  413: 'Content Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}

/** RFC 9457 §3. */
const PROBLEM_TYPE = 'application/problem+json'

export const UNAVAILABLE: Failure = {
  status: 503,
  error: 'temporarily_unavailable',
  description: 'The service is unavailable for the moment. Repeat the request later.',
}

/** An answer without details, for errors that a client can do nothing about. */
export const SERVER_ERROR: Failure = {
  status: 500,
  error: 'server_error',
  description: 'The server failed to answer the request.',
}

/** 400 `invalid_request` (RFC 6750 §3.1, RFC 6749 §5.2). */
export function invalidRequest(description: string, status: 400 | 408 | 413 = 400): Failure {
  return { status, error: 'invalid_request', description }
}

/**
 * The answer to a refused request: JSON, or a problem (RFC 9457) where the client prefers that.
 * @param accept the header `Accept` of the request
 * @param challenges the value of `WWW-Authenticate`
 */
export function failureAnswer(
  failure: Failure,
  accept: string | null | undefined,
  challenges?: string,
): Answer {
  const headers = {
    ...failure.headers,
    ...(challenges === undefined ? {} : { 'www-authenticate': challenges }),
    ...(failure.status === 503 ? { 'retry-after': String(RETRY_AFTER_S) } : {}),
  }
  if (!prefersToJson(PROBLEM_TYPE, accept))
    return jsonAnswer(failure.status, oauthBody(failure), headers)
  const type = { 'content-type': PROBLEM_TYPE }
  return jsonAnswer(failure.status, problemBody(failure), { ...headers, ...type })
}

/** {@link failureAnswer} to a request of the Web. */
export function failureResponse(request: Request, failure: Failure, challenges?: string): Response {
  return toResponse(failureAnswer(failure, request.headers.get('accept'), challenges))
}

function oauthBody({ error, description }: Failure): object {
  return { ...(error === undefined ? {} : { error }), error_description: description }
}

function problemBody({ status, error, description }: Failure): object {
  const code = error === undefined ? {} : { error }
  return { title: TITLES[status], status, detail: description, ...code }
}
