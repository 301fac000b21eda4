import { setTimeout } from 'node:timers/promises'
import type { Revoked } from '@tokenward/core'
import { SKEW_MS } from '../api/options.ts'
import type { Context } from '../context.ts'
import { logInUser } from '../provider/authorization-code.ts'
import { REPORT, WEB } from '../provider/clients.ts'
import { explanationLines } from '../steps/explanation.ts'
import { verifyAll } from '../steps/verify-all.ts'
import type { ProviderTokens } from './provider-logins.ts'

/** Revokes one token, one user, one client and the whole provider. Each leaves the others active. */
export async function revoking(context: Context, accessTokens: ProviderTokens): Promise<void> {
  context.runner.chapter("The API revokes the provider's tokens")
  await revokeToken(context, accessTokens)
  await revokeUser(context, accessTokens)
  const { at } = await revokeClient(context, accessTokens)
  await userLogsInAgain(context, at)
  await revokeProvider(context, accessTokens)
}

async function revokeToken(
  { runner, tokens }: Context,
  accessTokens: ProviderTokens,
): Promise<void> {
  await runner.step({
    code: 'tokens.revoke(report1)',
    call: () => tokens.revoke(accessTokens.report1),
    expected: { revoked: true, target: 'token', first: true },
    why: 'The signature is verified first. Then the file has a record that this token is revoked.',
  })
  await runner.step({
    code: 'tokens.verify(…each of the four…), again',
    call: () => verifyAll(tokens, accessTokens),
    expected: { report1: 'revoked (token)', report2: 'active', ada: 'active', bob: 'active' },
    why: 'The other token of the job is still active.',
  })
}

async function revokeUser(
  { runner, tokens, provider }: Context,
  accessTokens: ProviderTokens,
): Promise<void> {
  const issuer = provider.issuer
  await runner.step({
    code: "tokens.revoke({ issuer: provider, subject: 'ada' }, { reason: 'laptop stolen' })",
    call: () => tokens.revoke({ issuer, subject: 'ada' }, { reason: 'laptop stolen' }),
    expected: { revoked: true, target: 'subject' },
    why: 'This needs no token and no search for tokens: one record, the cutoff, revokes everything that was issued to Ada up to now.',
  })
  await runner.step({
    code: 'tokens.verify(…each of the four…), again',
    call: () => verifyAll(tokens, accessTokens),
    expected: {
      report1: 'revoked (token)',
      report2: 'active',
      ada: 'revoked (subject)',
      bob: 'active',
    },
    why: 'Bob logged in through the same client, and his token is still active.',
  })
  await runner.step({
    code: 'tokens.explain(ada)',
    call: () => tokens.explain(accessTokens.ada),
    expected: {
      active: false,
      reason: 'revoked',
      decidedBy: 'subject',
      note: { reason: 'laptop stolen' },
    },
    why: 'Every revocation scope has its own record. The arrow marks the record that decided.',
    details: explanationLines,
  })
}

async function revokeClient(
  { runner, tokens, provider }: Context,
  accessTokens: ProviderTokens,
): Promise<Revoked> {
  const revoked = await runner.step({
    code: `tokens.revoke({ issuer: provider, client: '${WEB}' })`,
    call: () => tokens.revoke({ issuer: provider.issuer, client: WEB }),
    expected: { revoked: true, target: 'client' },
    why: 'Revokes everything that was issued to the web application, for every user.',
  })
  await runner.step({
    code: 'tokens.verify(bob), tokens.verify(report2)',
    call: () => verifyAll(tokens, { bob: accessTokens.bob, report2: accessTokens.report2 }),
    expected: { bob: 'revoked (client)', report2: 'active' },
    why: `The job is another client, '${REPORT}', and its token is still active.`,
  })
  return revoked
}

async function userLogsInAgain(context: Context, revokedAt: number): Promise<void> {
  const { runner, tokens, provider } = context
  const acceptedFrom = revokedAt + SKEW_MS + 1_000
  runner.note(
    `The provider writes the issue time of a token in whole seconds of its own clock. A new login may therefore be refused for the skew plus one second after a revocation. The demo waits ${Math.max(0, acceptedFrom - Date.now())} ms.`,
  )
  while (Date.now() < acceptedFrom) await setTimeout(acceptedFrom - Date.now())
  await runner.step({
    code: 'tokens.verify(…a new login of ada at the provider…)',
    call: async () => tokens.verify(await logInUser(provider.issuer, 'ada')),
    expected: { active: true, claims: { sub: 'ada', client_id: WEB } },
    why: 'Only what was issued before the revocation is revoked. Ada is not locked out: that is the decision of the provider.',
  })
}

async function revokeProvider(
  { runner, tokens, provider }: Context,
  accessTokens: ProviderTokens,
): Promise<void> {
  await runner.step({
    code: 'tokens.revoke({ issuer: provider })',
    call: () => tokens.revoke({ issuer: provider.issuer }),
    expected: { revoked: true, target: 'issuer' },
    why: 'For example because the signing key of the provider was leaked.',
  })
  await runner.step({
    code: 'tokens.verify(report2)',
    call: () => tokens.verify(accessTokens.report2),
    expected: { active: false, reason: 'revoked', decidedBy: 'issuer' },
    why: 'The last of the four tokens is revoked as well.',
  })
}
