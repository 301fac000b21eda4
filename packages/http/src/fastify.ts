import type {
  FastifyInstance,
  FastifyPluginAsync,
  FastifyReply,
  FastifyRequest,
  onRequestAsyncHookHandler,
} from 'fastify'
import fp from 'fastify-plugin'
import type { Auth } from './guard/auth.ts'
import { type Decision, Guard } from './guard/guard.ts'
import type { GuardOptions, Verifier } from './guard/options.ts'
import { parseScope } from './options/checks.ts'

export type { Auth } from './guard/auth.ts'
export type { GuardOptions } from './guard/options.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** What the guard knows of the token. `null` on public routes, and where it is optional. */
    auth: Auth | null
  }
  interface FastifyInstance {
    /**
     * A hook for a route behind the guard that needs more scope.
     * @throws `TOKENWARD_INVALID_INPUT`: the scope is wrong
     * @example
     * fastify.post('/notes', { onRequest: fastify.requireScope('write') }, handler)
     */
    requireScope(scope: string): onRequestAsyncHookHandler
  }
  interface FastifyContextConfig {
    /** `true`: the guard does not look at requests to this route. */
    public?: boolean
  }
}

/** The options of the plugin. */
export interface FastifyBearerOptions extends GuardOptions<FastifyRequest> {
  /** The instance that verifies tokens. */
  readonly tokens: Verifier
}

/**
 * A plugin that guards the routes of the scope where it is registered, except those with
 * `config: { public: true }`. It sets `request.auth`.
 * @throws `TOKENWARD_INVALID_INPUT`: an option is wrong
 * @example
 * await fastify.register(bearer, { tokens })
 */
export const bearer: FastifyPluginAsync<FastifyBearerOptions> = fp(plugin, {
  name: '@tokenward/http',
  fastify: '5.x',
})

// Async, although it awaits nothing: Fastify does not catch what another plugin throws.
async function plugin(
  fastify: FastifyInstance,
  { tokens, ...options }: FastifyBearerOptions,
): Promise<void> {
  const guard = new Guard<object, FastifyRequest>(tokens, options)
  fastify.decorateRequest('auth', null)
  fastify.decorate('requireScope', (input: string): onRequestAsyncHookHandler => {
    const scope = parseScope('scope', input)
    return async (request, reply) => {
      return answer(reply, guard.checkScope(request, request.auth, scope))
    }
  })
  fastify.addHook('onRequest', async (request, reply) => {
    if (request.routeOptions.config.public === true) return
    const decision = await guard.check(request)
    if (decision.allowed) request.auth = decision.auth
    return answer(reply, decision)
  })
}

/** @returns the reply where it was sent: Fastify then calls no further hook and no handler */
function answer(reply: FastifyReply, decision: Decision): FastifyReply | undefined {
  if (decision.allowed) return
  const { status, headers, body } = decision.answer
  return reply.code(status).headers(headers).send(body)
}
