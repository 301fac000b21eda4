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
