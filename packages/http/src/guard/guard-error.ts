import { isTokenwardError } from '@tokenward/core'
import { RETRY_AFTER_S } from '../answers/failure.ts'

/**
 * The guard failed, and the request was not let through. The framework answers with `status`. It shows
 * nothing of the cause, even where it shows `stack` and `message` to clients; a log shows the `cause`.
 */
export class GuardError extends Error {
  override readonly name = 'GuardError'
  readonly status: number
  /** The same for Fastify. */
  readonly statusCode: number
  /** `false`: Koa and Express show no message. */
  readonly expose = false
  readonly headers: Readonly<Record<string, string>>

  constructor(cause: unknown, status = 500, headers: Readonly<Record<string, string>> = {}) {
    super('The request could not be authenticated.', { cause })
    this.status = status
    this.statusCode = status
    this.headers = headers
    // Express shows the stack to clients unless NODE_ENV is `production`.
    this.stack = `${this.name}: ${this.message}`
  }
}

/**
 * Whether an error leaves open whether a token is accepted: the store or keys were unavailable, or the
 * instance is being closed, and another process can answer.
 */
export function isUnavailable(error: unknown): error is Error {
  return isTokenwardError(error) && (error.retryable || error.code === 'TOKENWARD_CLOSED')
}

/** The error for a framework that makes its own answer. */
export function toGuardError(error: unknown): GuardError {
  if (!isUnavailable(error)) return new GuardError(error)
  return new GuardError(error, 503, { 'retry-after': String(RETRY_AFTER_S) })
}
