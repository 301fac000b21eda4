import type { SessionCookie } from '@tokenward/http/endpoints'
import type { MiddlewareHandler } from 'hono'
import { renderCrossSite } from '../pages/message.ts'

/** Refuses forms that pages of other sites send, by the rule of the cookie endpoints. */
export function sameSite(cookie: SessionCookie): MiddlewareHandler {
  return async (c, next) => {
    if (cookie.check(c.req.raw) !== null) return renderCrossSite(c)
    return next()
  }
}
