import { H3, type Middleware } from 'h3'
import { Guard, type GuardOptions, toResponse, type Verifier } from '../../src/index.ts'
import { type Binding, describeAuth, inProcess } from '../binding.ts'

/** The recipe of the documentation. */
function bearer(tokens: Verifier, options: GuardOptions): Middleware {
  const guard = new Guard(tokens, options)
  return async (event, next) => {
    const decision = await guard.check(event.req)
    if (!decision.allowed) return toResponse(decision.answer)
    event.context['auth'] = decision.auth
    return next()
  }
}

export const h3Binding: Binding = async (tokens, options) => {
  const app = new H3({ silent: true })
  app.use('/notes', bearer(tokens, { ...options, scope: 'read' }))
  app.use('/write', bearer(tokens, { ...options, scope: 'read write' }))
  app.use('/optional', bearer(tokens, { ...options, optional: true }))
  app.all('/**', (event) => describeAuth(event.context['auth'] as object | undefined))
  return inProcess((request) => app.request(request))
}
