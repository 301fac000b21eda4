import type { MiddlewareHandler } from 'hono'
import { createMiddleware } from 'hono/factory'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { toResponse } from './answers/answer.ts'
import type { Auth } from './guard/auth.ts'
import { type Decision, Guard } from './guard/guard.ts'
import type { GuardOptions, Verifier } from './guard/options.ts'
import { parseScope } from './options/checks.ts'

export type { Auth } from './guard/auth.ts'
export type { GuardOptions } from './guard/options.ts'

/** The variables that the guard sets: `c.var.auth`. */
export interface AuthEnv<A> {
  Variables: { auth: A }
}

/** A guard, and the middleware of its routes. */
export type HonoBearer<A> = MiddlewareHandler<AuthEnv<A>> & {
  /**
   * A middleware for a route behind the guard that needs more scope.
   * @throws `TOKENWARD_INVALID_INPUT`: the scope is wrong
   */
  requireScope(scope: string): MiddlewareHandler<AuthEnv<A>>
}

/**
 * A guard for Hono: sets `c.var.auth`. A refused request throws an `HTTPException` with the answer.
 * @throws `TOKENWARD_INVALID_INPUT`: an option is wrong
 * @example
 * const auth = bearer(tokens)
 * app.get('/me', auth, (c) => c.json(c.var.auth.subject))
 * app.post('/notes', auth, auth.requireScope('write'), (c) => c.body(null, 204))
 */
export function bearer<C extends object>(
  tokens: Verifier<C>,
  options?: GuardOptions<Request> & { readonly optional?: false },
): HonoBearer<Auth<C>>
export function bearer<C extends object>(
  tokens: Verifier<C>,
  options: GuardOptions<Request>,
): HonoBearer<Auth<C> | undefined>
export function bearer<C extends object>(
  tokens: Verifier<C>,
  options?: GuardOptions<Request>,
): unknown {
  const guard = new Guard<C, Request>(tokens, options)
  const middleware = createMiddleware<AuthEnv<Auth<C>>>(async (c, next) => {
    const auth = accepted(await guard.check(c.req.raw))
    if (auth !== null) c.set('auth', auth)
    await next()
  })
  const requireScope = (input: string): MiddlewareHandler<AuthEnv<Auth<C>>> => {
    const scope = parseScope('scope', input)
    return createMiddleware<AuthEnv<Auth<C>>>(async (c, next) => {
      // Not set where the guard is optional, or missing.
      const auth: Auth<C> | undefined = c.get('auth')
      accepted(guard.checkScope(c.req.raw, auth ?? null, scope))
      await next()
    })
  }
  return Object.assign(middleware, { requireScope })
}

function accepted<C extends object>(decision: Decision<C>): Auth<C> | null {
  if (decision.allowed) return decision.auth
  const { answer } = decision
  throw new HTTPException(answer.status as ContentfulStatusCode, { res: toResponse(answer) })
}
