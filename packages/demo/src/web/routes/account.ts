import { logout, refresh } from '@tokenward/http/endpoints'
import { bearer } from '@tokenward/http/hono'
import { type Context, Hono } from 'hono'
import { accountPage } from '../pages/account.ts'
import { renderUnavailable } from '../pages/message.ts'
import { sessionsPage } from '../pages/sessions.ts'
import { signedOutPage } from '../pages/signed-out.ts'
import type { Services } from '../services.ts'
import { nameOf } from '../users.ts'
import { readVisitor, requireUser, type UserEnvironment } from '../visitor.ts'
import { sameSite } from './same-site.ts'

/** The pages of a user, and what their scripts call. */
export function accountRoutes(services: Services): Hono<UserEnvironment> {
  const { tokens } = services
  const routes = new Hono<UserEnvironment>()
  routes.get('/', requireUser(services), (c) => c.html(accountPage(c.var.visitor)))
  routes.get('/sessions', requireUser(services), async (c) => {
    const { visitor } = c.var
    const { items } = await tokens.sessions({ subject: visitor.user.id }, { data: true })
    const active = items.filter((each) => each.active)
    const ended = await Promise.all(
      items
        .filter((each) => !each.active)
        .map(async (each) => [each, await tokens.explain({ record: each.record })] as const),
    )
    const isDone = c.req.query('done') === 'others'
    const message = isDone ? 'All your other devices are signed out.' : undefined
    return c.html(sessionsPage({ visitor, active, ended, message }))
  })
  routes.get('/signed-out', async (c) => {
    const visitor = await readVisitor(c, services)
    if (visitor.state !== 'signed-out') return c.redirect('/', 303)
    // Unlike `verify`, `explain` opens the sealed note of the revocation. The cookie is kept: another tab may have
    // logged in meanwhile, and the next login replaces it.
    return c.html(signedOutPage(await tokens.explain(visitor.token, { kind: 'refresh' })))
  })
  routes.route('/', endpoints(services))
  return routes
}

function endpoints({ tokens, cookie }: Services): Hono {
  const routes = new Hono()
  const refreshSession = refresh(tokens, { cookie })
  const endCurrent = logout(tokens, { cookie })
  const endOthers = logout(tokens, { cookie, sessions: 'others' })
  routes.post('/session/refresh', (c) => refreshSession(c.req.raw))
  routes.get('/api/me', bearer(tokens), (c) => {
    const { subject, clientId } = c.var.auth
    return c.json({ name: nameOf(subject), client: clientId })
  })
  routes.post('/sign-out', sameSite(cookie), async (c) =>
    thenShow(c, await endCurrent(c.req.raw), '/login'),
  )
  routes.post('/sessions/sign-out-others', sameSite(cookie), async (c) => {
    return thenShow(c, await endOthers(c.req.raw), '/sessions?done=others')
  })
  return routes
}

/** An endpoint answers scripts. A form leads to a page instead. */
function thenShow(c: Context, answer: Response, path: string): Response | Promise<Response> {
  if (answer.status === 503) return renderUnavailable(c)
  const cookie = answer.headers.get('set-cookie')
  if (cookie !== null) c.header('set-cookie', cookie)
  // Where the cookie was not accepted, the page explains what has happened to the session.
  return c.redirect(answer.ok ? path : '/', 303)
}
