import type { Login, SigningKeys } from '@tokenward/core'
import { revokeInOtherProcess } from '../api/revoke-in-other-process.ts'
import type { Context } from '../context.ts'
import { explanationLines } from '../steps/explanation.ts'

const NOTE = { reason: 'lost phone', actor: 'support' }

/** A revocation takes effect in every process as soon as it is acknowledged in one. */
export async function otherProcess(context: Context): Promise<void> {
  context.runner.chapter('Support revokes a user in another process')
  const login = await logIn(context)
  await revokeElsewhere(context)
  await useRevokedTokens(context, login)
  await logInAgain(context)
}

async function logIn({ runner, tokens }: Context): Promise<Login> {
  const { login } = await runner.step({
    code: "dave = tokens.issue({ subject: 'dave', client: 'phone' }), tokens.verify(dave.accessToken)",
    call: async () => {
      const login = await tokens.issue({ subject: 'dave', client: 'phone' })
      return { login, result: await tokens.verify(login.accessToken) }
    },
    expected: { result: { active: true, claims: { sub: 'dave', client_id: 'phone' } } },
    why: 'Dave is logged in, in this process.',
  })
  return login
}

async function revokeElsewhere({ runner, tokens, database, module }: Context): Promise<void> {
  const request = { database, keys: tokens.jwks().keys as SigningKeys, note: NOTE, module }
  await runner.step({
    code: "tokens.revoke({ subject: 'dave' }, { reason: 'lost phone', actor: 'support' }), there",
    call: () => revokeInOtherProcess({ ...request, target: { subject: 'dave' } }),
    expected: { revoked: true, target: 'subject', note: NOTE },
    why: 'The other process opens the same file. It has only public keys, and its clock is about a minute behind the clock of this instance, which the demo moved forward.',
    details: ({ pid }) => [`by process ${pid}; this is process ${process.pid}`],
  })
}

async function useRevokedTokens({ runner, tokens }: Context, login: Login): Promise<void> {
  await runner.step({
    code: 'tokens.verify(dave.accessToken), here',
    call: () => tokens.verify(login.accessToken),
    expected: { active: false, reason: 'revoked', decidedBy: 'subject', note: NOTE },
    why: 'No message was sent and no result was cached: every verification reads the store.',
  })
  await runner.step({
    code: 'tokens.explain(dave.accessToken)',
    call: () => tokens.explain(login.accessToken),
    expected: { active: false, reason: 'revoked', decidedBy: 'subject' },
    why: 'The revocation gave the subject a new epoch, and the token has the old one. No clock is involved.',
    details: explanationLines,
  })
  await runner.step({
    code: 'tokens.rotate(dave.refreshToken)',
    call: () => tokens.rotate(login.refreshToken),
    expected: { active: false, reason: 'revoked', decidedBy: 'subject' },
    why: 'The refresh token is revoked as well.',
  })
}

async function logInAgain({ runner, tokens }: Context): Promise<void> {
  await runner.step({
    code: "tokens.issue({ subject: 'dave', client: 'new phone' }), tokens.verify(…)",
    call: async () => {
      const login = await tokens.issue({ subject: 'dave', client: 'new phone' })
      return tokens.verify(login.accessToken)
    },
    expected: { active: true, claims: { sub: 'dave', client_id: 'new phone' } },
    why: 'A later login is active at once, although the clocks differ: the new token has the new epoch.',
  })
}
