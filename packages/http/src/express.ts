import type { Answer } from './answers/answer.ts'
import type { Auth } from './guard/auth.ts'
import { type Decision, Guard } from './guard/guard.ts'
import type { GuardOptions, Verifier } from './guard/options.ts'
import { parseScope } from './options/checks.ts'
import type { NodeRequest } from './request/incoming.ts'

export type { Auth } from './guard/auth.ts'
export type { GuardOptions } from './guard/options.ts'

declare global {
  namespace Express {
    interface Request {
      /** What the guard knows of the token. */
      auth?: Auth
    }
  }
}

/** What is used of a response of Express 4 and 5, and of Connect. */
export interface ExpressResponse {
  readonly headersSent: boolean
  statusCode: number
  setHeader(name: string, value: string): unknown
  end(body: string): unknown
}

/**
 * A middleware of Express 4 and 5, and of Connect. `auth` is no member of its request: the MCP SDK declares
 * another type for it, which would not fit.
 */
export type ExpressMiddleware<R extends NodeRequest = NodeRequest> = (
  request: R,
  response: ExpressResponse,
  next: (error?: unknown) => void,
) => void

/** A guard, and the middleware of its routes. */
export interface ExpressBearer<R extends NodeRequest> extends ExpressMiddleware<R> {
  /**
   * A middleware for a route behind the guard that needs more scope.
   * @throws `TOKENWARD_INVALID_INPUT`: the scope is wrong
   */
  requireScope(scope: string): ExpressMiddleware<R>
}

/**
 * A guard for Express 4 and 5: sets `req.auth`.
 * @throws `TOKENWARD_INVALID_INPUT`: an option is wrong
 * @example
 * const auth = bearer(tokens)
 * app.use('/api', auth)
 * app.post('/api/notes', auth.requireScope('write'), (req, res) => res.json(req.auth?.subject))
 */
export function bearer<R extends NodeRequest = NodeRequest>(
  tokens: Verifier,
  options?: GuardOptions<R>,
): ExpressBearer<R> {
  const guard = new Guard<object, R>(tokens, options)
  const middleware: ExpressMiddleware<R> = (request, response, next) => {
    guard.check(request).then((decision) => {
      if (decision.allowed && decision.auth !== null)
        Object.assign(request, { auth: decision.auth })
      proceed(decision, response, next)
    }, next)
  }
  const requireScope = (input: string): ExpressMiddleware<R> => {
    const scope = parseScope('scope', input)
    return (request, response, next) => {
      const { auth = null } = request as { readonly auth?: Auth }
      proceed(guard.checkScope(request, auth, scope), response, next)
    }
  }
  return Object.assign(middleware, { requireScope })
}

function proceed(decision: Decision, response: ExpressResponse, next: () => void): void {
  if (decision.allowed) next()
  else send(response, decision.answer)
}

function send(response: ExpressResponse, { status, headers, body }: Answer): void {
  // Something else has answered meanwhile, for example a middleware that limits the time.
  if (response.headersSent) return
  response.statusCode = status
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  response.end(body)
}
