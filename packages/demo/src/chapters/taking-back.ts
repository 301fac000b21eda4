import { setTimeout } from 'node:timers/promises'
import type { Revoked } from '@tokenward/core'
import { SKEW } from '../instance/options.ts'
import { logInUser } from '../provider/authorization-code.ts'
import { REPORT, WEB } from '../provider/clients.ts'
import type { Stage } from '../stage.ts'
import { explanationLines } from '../story/explanation.ts'
import { standing } from '../story/standing.ts'
import type { ProviderTokens } from './provider-logins.ts'

/** One token, one person, one client, the whole provider: each takes what it names, and no more. */
export async function takingBack(stage: Stage, tokens: ProviderTokens): Promise<void> {
  stage.story.chapter("The API takes the provider's tokens back")
  await oneToken(stage, tokens)
  await onePerson(stage, tokens)
  const { at } = await oneClient(stage, tokens)
  await adaComesBack(stage, at)
  await wholeProvider(stage, tokens)
}

async function oneToken({ story, instance }: Stage, tokens: ProviderTokens): Promise<void> {
  await story.step({
    ask: 'instance.revoke(report1)',
    call: () => instance.revoke(tokens.report1),
    promise: { revoked: true, target: 'token', first: true },
    why: 'Its signature is checked first; then a tombstone stands in the file.',
  })
  await story.step({
    ask: 'instance.verify(…each of the four…), again',
    call: () => standing(instance, tokens),
    promise: { report1: 'revoked (token)', report2: 'active', ada: 'active', bob: 'active' },
    why: "The job's other token lives on.",
  })
}

async function onePerson(
  { story, instance, provider }: Stage,
  tokens: ProviderTokens,
): Promise<void> {
  const issuer = provider.issuer
  await story.step({
    ask: "instance.revoke({ issuer: provider, subject: 'ada' }, { reason: 'laptop stolen' })",
    call: () => instance.revoke({ issuer, subject: 'ada' }, { reason: 'laptop stolen' }),
    promise: { revoked: true, target: 'subject' },
    why: 'No token is needed for it, and none is searched: one record says that all of hers up to now are dead.',
  })
  await story.step({
    ask: 'instance.verify(…each of the four…), again',
    call: () => standing(instance, tokens),
    promise: {
      report1: 'revoked (token)',
      report2: 'active',
      ada: 'revoked (subject)',
      bob: 'active',
    },
    why: 'Bob came through the same client and lives on.',
  })
  await story.step({
    ask: 'instance.explain(ada)',
    call: () => instance.explain(tokens.ada),
    promise: {
      active: false,
      reason: 'revoked',
      decidedBy: 'subject',
      note: { reason: 'laptop stolen' },
    },
    why: 'Every scope is asked, each by a record of its own; the one that decides is marked.',
    show: explanationLines,
  })
}

async function oneClient(
  { story, instance, provider }: Stage,
  tokens: ProviderTokens,
): Promise<Revoked> {
  const revoked = await story.step({
    ask: `instance.revoke({ issuer: provider, client: '${WEB}' })`,
    call: () => instance.revoke({ issuer: provider.issuer, client: WEB }),
    promise: { revoked: true, target: 'client' },
    why: 'Everything that was given to the web application, for whomever.',
  })
  await story.step({
    ask: 'instance.verify(bob), instance.verify(report2)',
    call: () => standing(instance, { bob: tokens.bob, report2: tokens.report2 }),
    promise: { bob: 'revoked (client)', report2: 'active' },
    why: `The job is another client, '${REPORT}', and lives on.`,
  })
  return revoked
}

async function adaComesBack(stage: Stage, revokedAt: number): Promise<void> {
  const { story, instance, provider } = stage
  const from = revokedAt + SKEW + 1_000
  story.say(
    `A provider's token tells its issue time in whole seconds, by the provider's clock. So a new login may be refused for the skew and a second: the story waits ${Math.max(0, from - Date.now())} ms.`,
  )
  while (Date.now() < from) await setTimeout(from - Date.now())
  await story.step({
    ask: 'instance.verify(…a new login of ada at the provider…)',
    call: async () => instance.verify(await logInUser(provider.issuer, 'ada')),
    promise: { active: true, claims: { sub: 'ada', client_id: WEB } },
    why: 'Taken back is what was issued up to then. Ada herself is not locked out: that is for the provider to say.',
  })
}

async function wholeProvider(
  { story, instance, provider }: Stage,
  tokens: ProviderTokens,
): Promise<void> {
  await story.step({
    ask: 'instance.revoke({ issuer: provider })',
    call: () => instance.revoke({ issuer: provider.issuer }),
    promise: { revoked: true, target: 'issuer' },
    why: 'Its signing key leaked, say.',
  })
  await story.step({
    ask: 'instance.verify(report2)',
    call: () => instance.verify(tokens.report2),
    promise: { active: false, reason: 'revoked', decidedBy: 'issuer' },
    why: 'The last of the four, at its turn.',
  })
}
