import type { Active } from '@tokenward/core'
import type { Context, MiddlewareHandler } from 'hono'
import { renderBusy, renderForbidden } from './pages/message.ts'
import type { Services } from './services.ts'
import { findUser, type User } from './users.ts'

/** A user with a session that is accepted. */
export interface SignedIn {
  readonly state: 'signed-in'
  readonly user: User
  readonly client: string
  readonly session: string
  /** The device, as it was named at the login. */
  readonly label: string
  /** In ms since 1970. */
  readonly expiresAt: number
}

type Visitor =
  | SignedIn
  /** Without a cookie, or with one of an earlier run of the demo. */
  | { readonly state: 'unknown' }
  | { readonly state: 'signed-out'; readonly token: string }
  /** The cookie was exchanged twice since the browser sent it: the browser has a newer one. */
  | { readonly state: 'busy' }

/**
 * Looks up the session of the cookie. A navigation carries no access token, so the refresh token in the cookie
 * is verified, which does not use it up.
 */
export async function readVisitor(c: Context, services: Services): Promise<Visitor> {
  const token = services.cookie.read(c.req.raw)
  if (token === null) return { state: 'unknown' }
  const result = await services.tokens.verify(token, { kind: 'refresh', data: true })
  if (result.active) return signedIn(result)
  if (result.reason === 'signature' || result.reason === 'untrusted') return { state: 'unknown' }
  return result.reason === 'consumed'
    ? afterRefresh(c, token, services)
    : { state: 'signed-out', token }
}

/**
 * The refresh token was exchanged, and this browser has not received its successor: the answer was lost, or is
 * still on its way. Within the grace period the exchange returns the same successor again.
 */
async function afterRefresh(
  c: Context,
  token: string,
  { tokens, cookie }: Services,
): Promise<Visitor> {
  const next = await tokens.rotate(token)
  if (!next.active)
    return next.reason === 'consumed' ? { state: 'busy' } : { state: 'signed-out', token }
  const result = await tokens.verify(next.refreshToken, { kind: 'refresh', data: true })
  if (!result.active) return { state: 'signed-out', token }
  c.header('set-cookie', cookie.set(next))
  return signedIn(result)
}

function signedIn({ claims, label = 'Unknown device', expiresAt }: Active): Visitor {
  const { sub, client_id: client = '', sid: session = '' } = claims
  const user = findUser(sub)
  if (user === undefined) return { state: 'unknown' }
  return { state: 'signed-in', user, client, session, label, expiresAt }
}

/** The variables of a request of a signed-in user. */
export interface UserEnvironment {
  Variables: { visitor: SignedIn }
}

/** Lets signed-in users through. All others get a page that explains what happened. */
export function requireUser(services: Services): MiddlewareHandler<UserEnvironment> {
  return async (c, next) => {
    const visitor = await readVisitor(c, services)
    if (visitor.state === 'unknown') return c.redirect('/login', 303)
    if (visitor.state === 'busy') return renderBusy(c)
    if (visitor.state === 'signed-out') return c.redirect('/signed-out', 303)
    c.set('visitor', visitor)
    return next()
  }
}

/** Behind {@link requireUser}: lets only support through. */
export const requireSupport: MiddlewareHandler<UserEnvironment> = async (c, next) => {
  if (!c.var.visitor.user.isSupport) return renderForbidden(c)
  return next()
}
