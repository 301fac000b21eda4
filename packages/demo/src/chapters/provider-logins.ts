import type { Context } from '../context.ts'
import { logInUser } from '../provider/authorization-code.ts'
import { logInClient } from '../provider/client-credentials.ts'
import { REPORT, WEB } from '../provider/clients.ts'
import { revokeAtProvider } from '../provider/revocation.ts'
import type { DecodedToken } from '../steps/decode.ts'
import { decode } from '../steps/decode.ts'
import { verifyAll } from '../steps/verify-all.ts'

export type ProviderTokens = Readonly<Record<'report1' | 'report2' | 'ada' | 'bob', string>>

/** The provider issues access tokens over HTTP, and the API accepts them. */
export async function providerLogins(context: Context): Promise<ProviderTokens> {
  const { runner, tokens, provider } = context
  runner.chapter('A job and two users log in at the provider')

  const accessTokens: ProviderTokens = {
    report1: await jobLogsIn(
      context,
      'The job authenticates with its secret. The token has the job as its subject and its client.',
    ),
    report2: await jobLogsIn(context, 'Another run of the job gets another token.'),
    ada: await userLogsIn(context, 'ada'),
    bob: await userLogsIn(context, 'bob'),
  }
  await runner.step({
    code: "POST <the provider's revocation endpoint> report1",
    call: () => revokeAtProvider(provider.issuer, accessTokens.report1),
    expected: 'unsupported_token_type',
    why: 'The provider cannot revoke a signed access token: it is valid until it expires.',
  })
  await runner.step({
    code: 'tokens.verify(…each of the four…)',
    call: () => verifyAll(tokens, accessTokens),
    expected: { report1: 'active', report2: 'active', ada: 'active', bob: 'active' },
    why: 'They are signed with a key that discovery found, issued for this API and not expired, and no record revokes them.',
  })
  return accessTokens
}

async function jobLogsIn({ runner, provider }: Context, why: string): Promise<string> {
  const token = await runner.step({
    code: 'POST <token endpoint> grant_type=client_credentials',
    call: async () => decoded(await logInClient(provider.issuer)),
    expected: { typ: 'at+jwt', alg: 'ES256', sub: REPORT, client_id: REPORT },
    why,
  })
  return token.raw
}

async function userLogsIn({ runner, provider }: Context, login: string): Promise<string> {
  const token = await runner.step({
    code: `GET <authorization endpoint>, log in as ${login}, POST <token endpoint> code`,
    call: async () => decoded(await logInUser(provider.issuer, login)),
    expected: { typ: 'at+jwt', alg: 'ES256', sub: login, client_id: WEB },
    why: 'The authorization-code flow with PKCE over HTTP: redirects, cookies, a login form and a code.',
  })
  return token.raw
}

function decoded(raw: string): DecodedToken & { raw: string } {
  return { ...decode(raw), raw }
}
