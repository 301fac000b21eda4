import type { Login } from '@tokenward/core'
import type { Context, Privileges } from '../context.ts'

/** A user loses a role: the access tokens are revoked, and the session continues with new claims. */
export async function changedPrivileges(context: Context): Promise<void> {
  context.runner.chapter('Privileges change, and the session continues')
  const roles = new Map([['erin', 'admin']])
  const claims = (): Privileges => ({ role: roles.get('erin') ?? 'none' })
  const login = await logIn(context, claims)
  roles.set('erin', 'reader')
  await revokeAccessTokens(context, login)
  await rotateWithNewClaims(context, login, claims)
}

async function logIn({ runner, tokens }: Context, claims: () => Privileges): Promise<Login> {
  const { login } = await runner.step({
    code: "erin = tokens.issue({ subject: 'erin', client: 'web', claims }), tokens.verify(erin.accessToken)",
    call: async () => {
      const login = await tokens.issue({ subject: 'erin', client: 'web', claims })
      return { login, result: await tokens.verify(login.accessToken) }
    },
    expected: { result: { active: true, claims: { sub: 'erin', role: 'admin' } } },
    why: '`claims` is a function that looks up the role. It is called after the revocation state was read.',
  })
  return login
}

async function revokeAccessTokens({ runner, tokens }: Context, login: Login): Promise<void> {
  await runner.step({
    code: "erin is a reader now; tokens.revoke({ subject: 'erin' }, { only: 'access' })",
    call: () => tokens.revoke({ subject: 'erin' }, { only: 'access' }),
    expected: { revoked: true, target: 'subject' },
    why: 'Access tokens with the role admin must not be accepted any more. Erin does not have to log in again.',
  })
  await runner.step({
    code: 'tokens.verify(erin.accessToken), again',
    call: () => tokens.verify(login.accessToken),
    expected: { active: false, reason: 'revoked', decidedBy: 'subject' },
    why: 'The access token is revoked at once.',
  })
}

async function rotateWithNewClaims(
  { runner, tokens }: Context,
  login: Login,
  claims: () => Privileges,
): Promise<void> {
  await runner.step({
    code: 'tokens.rotate(erin.refreshToken)',
    call: () => tokens.rotate(login.refreshToken),
    expected: { active: false, reason: 'stale-claims' },
    why: 'Without the function the current role is unknown. The rotation is refused, and the refresh token remains usable.',
  })
  await runner.step({
    code: 'tokens.rotate(erin.refreshToken, { claims }), tokens.verify(…)',
    call: async () => {
      const next = await tokens.rotate(login.refreshToken, { claims })
      return next.active ? tokens.verify(next.accessToken) : next
    },
    expected: { active: true, claims: { sub: 'erin', role: 'reader' } },
    why: 'The same session, with the new role.',
  })
}
