import { logInUser } from '../provider/authorization-code.ts'
import { logInClient } from '../provider/client-credentials.ts'
import { REPORT, WEB } from '../provider/clients.ts'
import { revokeAtProvider } from '../provider/revocation.ts'
import type { Stage } from '../stage.ts'
import { peek } from '../story/peek.ts'
import { standing } from '../story/standing.ts'

export type ProviderTokens = Readonly<Record<'report1' | 'report2' | 'ada' | 'bob', string>>

/** Real tokens over HTTP; the API accepts them all. */
export async function providerLogins(stage: Stage): Promise<ProviderTokens> {
  const { story, instance, provider } = stage
  story.chapter('A job and two people log in at the provider')

  const tokens: ProviderTokens = {
    report1: await jobLogsIn(
      stage,
      'The job authenticates with its secret; subject and client are the job itself.',
    ),
    report2: await jobLogsIn(stage, 'Another run of the job, another token.'),
    ada: await personLogsIn(stage, 'ada'),
    bob: await personLogsIn(stage, 'bob'),
  }
  await story.step({
    ask: "POST <the provider's revocation endpoint> report1",
    call: () => revokeAtProvider(provider.issuer, tokens.report1),
    promise: 'unsupported_token_type',
    why: 'The provider itself cannot take a signed access token back: it lives until it expires.',
  })
  await story.step({
    ask: 'instance.verify(…each of the four…)',
    call: () => standing(instance, tokens),
    promise: { report1: 'active', report2: 'active', ada: 'active', bob: 'active' },
    why: 'Signed by a key that discovery found, meant for this API, young enough, and nothing stands against them.',
  })
  return tokens
}

async function jobLogsIn({ story, provider }: Stage, why: string): Promise<string> {
  const token = await story.step({
    ask: 'POST <token endpoint> grant_type=client_credentials',
    call: async () => seen(await logInClient(provider.issuer)),
    promise: { typ: 'at+jwt', alg: 'ES256', sub: REPORT, client_id: REPORT },
    why,
  })
  return token.raw
}

async function personLogsIn({ story, provider }: Stage, login: string): Promise<string> {
  const token = await story.step({
    ask: `GET <authorization endpoint>, log in as ${login}, POST <token endpoint> code`,
    call: async () => seen(await logInUser(provider.issuer, login)),
    promise: { typ: 'at+jwt', alg: 'ES256', sub: login, client_id: WEB },
    why: 'The authorization-code flow with PKCE, walked over HTTP: redirects, cookies, a login form, a code.',
  })
  return token.raw
}

function seen(raw: string): ReturnType<typeof peek> & { raw: string } {
  return { ...peek(raw), raw }
}
