import { Elysia } from 'elysia'
import { type Auth, Guard, type GuardOptions, toResponse, type Verifier } from '../../src/index.ts'
import { type Binding, describeAuth, inProcess } from '../binding.ts'

/** The recipe of the documentation. */
function bearer(tokens: Verifier, options: GuardOptions) {
  const guard = new Guard(tokens, options)
  return new Elysia()
    .derive({ as: 'scoped' }, (): { auth: Auth | null } => ({ auth: null }))
    .onBeforeHandle({ as: 'scoped' }, async (context) => {
      const decision = await guard.check(context.request)
      if (decision.allowed) context.auth = decision.auth
      return decision.allowed ? undefined : toResponse(decision.answer)
    })
}

export const elysiaBinding: Binding = async (tokens, options) => {
  const notes = new Elysia()
    .use(bearer(tokens, { ...options, scope: 'read' }))
    .all('/notes', ({ auth }) => describeAuth(auth))
  const write = new Elysia()
    .use(bearer(tokens, { ...options, scope: 'read write' }))
    .all('/write', ({ auth }) => describeAuth(auth))
  const optional = new Elysia()
    .use(bearer(tokens, { ...options, optional: true }))
    .all('/optional', ({ auth }) => describeAuth(auth))
  const app = new Elysia()
    .use(notes)
    .use(write)
    .use(optional)
    .all('/public', () => describeAuth(null))
  return inProcess((request) => app.handle(request))
}
