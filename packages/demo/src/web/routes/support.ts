import { isTokenwardError, type Target } from '@tokenward/core'
import { type Context, Hono } from 'hono'
import { renderNotFound } from '../pages/message.ts'
import { type ReasonError, type SessionCount, supportPage } from '../pages/support.ts'
import { namesOf, supportSessionPage } from '../pages/support-session.ts'
import { supportUserPage } from '../pages/support-user.ts'
import type { Services } from '../services.ts'
import { CLIENTS, findClient, findUser, USERS, type User } from '../users.ts'
import { requireSupport, requireUser, type UserEnvironment } from '../visitor.ts'
import { formText } from './form.ts'
import { sameSite } from './same-site.ts'

const MAX_REASON_LENGTH = 200
const REASON_MISSING = `Write a reason of at most ${MAX_REASON_LENGTH} characters.`
const DONE = 'Done. What was revoked is refused everywhere from now on.'

type SupportContext = Context<UserEnvironment>

/** The pages of support: what is stored for users and sessions, and forms that revoke. */
export function supportRoutes(services: Services): Hono<UserEnvironment> {
  const routes = new Hono<UserEnvironment>()
  routes.use('/support/*', requireUser(services), requireSupport)
  routes.get('/support', (c) => showSupport(c, services))
  routes.get('/support/users/:id', (c) => showUser(c, services, c.req.param('id')))
  routes.get('/support/sessions/:record', (c) => showSession(c, services, c.req.param('record')))

  const posted = sameSite(services.cookie)
  routes.post('/support/clients/:id/revoke', posted, async (c) => {
    const client = findClient(c.req.param('id'))
    if (client === undefined) return renderNotFound(c)
    const error = await revoke(c, services, { client: client.id })
    if (error === undefined) return c.redirect('/support?done', 303)
    return showSupport(c, services, { id: `client-${client.id}`, text: error })
  })
  routes.post('/support/users/:id/revoke', posted, async (c) => {
    const user = findUser(c.req.param('id'))
    if (user === undefined) return renderNotFound(c)
    const error = await revoke(c, services, { subject: user.id })
    if (error === undefined) return c.redirect(`/support/users/${user.id}?done`, 303)
    return showUser(c, services, user.id, error)
  })
  routes.post('/support/sessions/:record/revoke', posted, async (c) => {
    const record = c.req.param('record')
    const session = await sessionOf(services, record)
    if (session === undefined) return renderNotFound(c)
    const error = await revoke(c, services, { session })
    if (error === undefined) return c.redirect(`/support/sessions/${record}?done`, 303)
    return showSession(c, services, record, error)
  })
  return routes
}

/** @returns what is wrong with the reason */
async function revoke(
  c: SupportContext,
  { tokens }: Services,
  target: Target,
): Promise<string | undefined> {
  const reason = await formText(c, 'reason')
  if (reason === '' || reason.length > MAX_REASON_LENGTH) {
    c.status(400)
    return REASON_MISSING
  }
  await tokens.revoke(target, { reason, actor: c.var.visitor.user.id })
  return undefined
}

async function showSupport(
  c: SupportContext,
  services: Services,
  error?: ReasonError,
): Promise<Response> {
  const { user } = c.var.visitor
  const users = await Promise.all(
    USERS.map(async (each) => [each, await countSessions(services, each)] as const),
  )
  return c.html(supportPage({ user, users, clients: CLIENTS, message: messageOf(c), error }))
}

async function countSessions({ tokens }: Services, { id }: User): Promise<SessionCount> {
  const { items } = await tokens.sessions({ subject: id })
  const active = items.filter((each) => each.active).length
  return { active, ended: items.length - active }
}

async function showUser(
  c: SupportContext,
  { tokens }: Services,
  id: string,
  error?: string,
): Promise<Response> {
  const shown = findUser(id)
  if (shown === undefined) return renderNotFound(c)
  const { items: sessions } = await tokens.sessions({ subject: id })
  const { user } = c.var.visitor
  return c.html(supportUserPage({ user, shown, sessions, message: messageOf(c), error }))
}

async function showSession(
  c: SupportContext,
  { tokens }: Services,
  record: string,
  error?: string,
): Promise<Response> {
  const explanation = await unlessInvalid(tokens.explain({ record }))
  if (explanation === undefined || namesOf(explanation).session === undefined)
    return renderNotFound(c)
  const { user } = c.var.visitor
  const message = messageOf(c)
  return c.html(supportSessionPage({ user, record, explanation, message, error }))
}

/** The session of a record. The record is a part of the address, so it may be any text. */
async function sessionOf({ tokens }: Services, record: string): Promise<string | undefined> {
  const explanation = await unlessInvalid(tokens.explain({ record }))
  return explanation && namesOf(explanation).session
}

async function unlessInvalid<Result>(result: Promise<Result>): Promise<Result | undefined> {
  try {
    return await result
  } catch (error) {
    if (isTokenwardError(error, 'TOKENWARD_INVALID_INPUT')) return undefined
    throw error
  }
}

function messageOf(c: SupportContext): string | undefined {
  return c.req.query('done') === undefined ? undefined : DONE
}
