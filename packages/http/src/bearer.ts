import { toResponse } from './answers/answer.ts'
import type { Auth } from './guard/auth.ts'
import { Guard } from './guard/guard.ts'
import type { GuardOptions, Verifier } from './guard/options.ts'

/** A handler of the Web: the first argument is the request; a framework may pass more. */
export type Handler<R extends Request, Rest extends unknown[]> = (
  request: R,
  ...rest: Rest
) => Response | Promise<Response>

/** Wraps a handler, which gets `request.auth`. */
export type Bearer<A> = <Rest extends unknown[]>(
  handler: Handler<Request & { readonly auth: A }, Rest>,
) => (request: Request, ...rest: Rest) => Promise<Response>

/**
 * A guard for handlers of `Request` and `Response`: Next.js, SvelteKit, Bun, Deno, Workers. The handler
 * runs only for accepted tokens.
 * @throws `TOKENWARD_INVALID_INPUT`: an option is wrong
 * @example
 * export const GET = bearer(tokens, { scope: 'read' })((request) => Response.json(request.auth.subject))
 */
export function bearer<C extends object>(
  tokens: Verifier<C>,
  options?: GuardOptions<Request> & { readonly optional?: false },
): Bearer<Auth<C>>
export function bearer<C extends object>(
  tokens: Verifier<C>,
  options: GuardOptions<Request>,
): Bearer<Auth<C> | undefined>
export function bearer<C extends object>(
  tokens: Verifier<C>,
  options?: GuardOptions<Request>,
): Bearer<Auth<C>> {
  const guard = new Guard<C, Request>(tokens, options)
  return (handler) =>
    async (request, ...rest) => {
      const decision = await guard.check(request)
      if (!decision.allowed) return toResponse(decision.answer)
      return handler(withAuth(request, decision.auth), ...rest)
    }
}

// The same object: a copy would lose what a framework has added to it.
function withAuth<C extends object>(
  request: Request,
  auth: Auth<C> | null,
): Request & { readonly auth: Auth<C> } {
  return Object.assign(request, { auth: auth ?? undefined }) as Request & { readonly auth: Auth<C> }
}
