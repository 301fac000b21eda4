import type { Tokenward, TokenwardOptions } from '@tokenward/core'
import { isTokenwardError, prepare } from '@tokenward/core'
import type { TokenwardModule } from '../api/load-tokenward.ts'
import { loadTokenward } from '../api/load-tokenward.ts'
import type { Privileges, SetupContext } from '../context.ts'

const HOUR_MS = 3_600_000

/** The API chooses its store and trusts a provider. */
export async function setUp(context: SetupContext): Promise<Tokenward<Privileges>> {
  const { runner, options, provider } = context
  const { createTokenward } = await loadTokenward(context.module)
  runner.chapter('An API chooses an SQLite file and trusts a provider')
  runner.note(`The provider is oidc-provider, a certified implementation, at ${provider.issuer}.`)

  await runner.step({
    code: "createTokenward({ repository: sqlite('tokens.db'), trust: [trust(provider)] })",
    call: () => errorCodeOf(createTokenward, options),
    expected: 'TOKENWARD_NOT_PREPARED',
    why: 'External tokens have no record of their own. An empty or wrong store must not be mistaken for a store in which nothing is revoked.',
  })
  await runner.step({
    code: 'prepare(options)',
    // A new root record refuses external tokens that are older: a lost one does not revive them.
    call: () => prepare({ ...options, clock: () => Date.now() - HOUR_MS }),
    expected: { root: 'made' },
    why: 'You create the schema and the root record once. Here the clock is one hour slow, as if the API had been running for an hour: a new root record refuses external tokens that were issued before it.',
  })
  const { tokens } = await runner.step({
    code: 'tokens = createTokenward(options), tokens.health()',
    call: async () => {
      const tokens = await createTokenward<Privileges>(options)
      return { tokens, health: await tokens.health() }
    },
    expected: { health: { ok: true, adapter: 'sqlite', capabilities: { durability: 'durable' } } },
    why: 'The same call now returns an instance. Its store is durable: it keeps every acknowledged write.',
  })
  return tokens
}

async function errorCodeOf(
  create: TokenwardModule['createTokenward'],
  options: TokenwardOptions,
): Promise<string> {
  try {
    await using _tokens = await create(options)
    return 'no error'
  } catch (error) {
    if (isTokenwardError(error)) return error.code
    throw error
  }
}
