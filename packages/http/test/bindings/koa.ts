import { createServer } from 'node:http'
import Koa, { type Middleware } from 'koa'
import { Guard, type GuardOptions, type Verifier } from '../../src/index.ts'
import { type Binding, describeAuth, MAX_HEADER_BYTES, overSocket } from '../binding.ts'

/** The recipe of the documentation. */
function bearer(tokens: Verifier, options: GuardOptions): Middleware {
  const guard = new Guard(tokens, options)
  return async (ctx, next) => {
    const decision = await guard.check(ctx.req)
    if (!decision.allowed) {
      const { status, headers, body } = decision.answer
      ctx.status = status
      ctx.set(headers)
      ctx.body = body
      return
    }
    ctx.state['auth'] = decision.auth
    await next()
  }
}

export const koaBinding: Binding = (tokens, options) => {
  const routes: Record<string, Middleware> = {
    '/notes': bearer(tokens, { ...options, scope: 'read' }),
    '/write': bearer(tokens, { ...options, scope: 'read write' }),
    '/optional': bearer(tokens, { ...options, optional: true }),
  }
  const app = new Koa()
  app.silent = true
  app.use((ctx, next) => routes[ctx.path]?.(ctx, next) ?? next())
  app.use((ctx) => {
    ctx.body = describeAuth(ctx.state['auth'] as object | undefined)
  })
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, app.callback())
  return overSocket(server, () => undefined)
}
