import type { Inactive } from '@tokenward/core'
import type { Failure } from '../answers/failure.ts'

/** Why a guard refused a request: for your log. It contains no token. */
export interface Refusal {
  /** The HTTP status of the answer. */
  readonly status: Failure['status']
  /** The error code that the client gets. Missing where the request had no credentials. */
  readonly error?: string
  /** What the client gets as `error_description`. */
  readonly description: string
  /** The result about the token, if it is not accepted. The client does not get it. */
  readonly result?: Inactive
  /** With the status 503 or 500: the error that left open whether the token is accepted. */
  readonly cause?: unknown
}

/** Reports a refusal to the application, whose callback must not turn it into anything else. */
export function reportRefusal(
  onRefused: ((refusal: Refusal) => unknown) | undefined,
  { status, error, description }: Failure,
  { result, cause }: Pick<Refusal, 'result' | 'cause'>,
): void {
  if (onRefused === undefined) return
  const code = error === undefined ? {} : { error }
  const why = { ...(result && { result }), ...(cause !== undefined && { cause }) }
  try {
    Promise.resolve(onRefused({ status, ...code, description, ...why })).catch(() => undefined)
  } catch {}
}

/** The request had no credentials: an answer without error information (RFC 6750 §3.1). */
export const UNAUTHENTICATED: Failure = {
  status: 401,
  description: 'The request needs an access token.',
}

/** One answer for every reason: an attacker must not learn which one it was. */
export const INVALID_TOKEN: Failure = {
  status: 401,
  error: 'invalid_token',
  description: 'The access token is not valid.',
}

export const INSUFFICIENT_SCOPE: Failure = {
  status: 403,
  error: 'insufficient_scope',
  description: 'The access token does not have the scope that this operation needs.',
}
