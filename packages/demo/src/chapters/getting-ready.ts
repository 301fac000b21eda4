import type { Tokenward, TokenwardOptions } from '@tokenward/core'
import { isTokenwardError, prepare } from '@tokenward/core'
import type { TokenwardModule } from '../instance/tokenward.ts'
import { loadTokenward } from '../instance/tokenward.ts'
import type { EmptyStage, Privileges } from '../stage.ts'

const HOUR = 3_600_000

/** The API picks its store, and trusts a provider. */
export async function getReady(stage: EmptyStage): Promise<Tokenward<Privileges>> {
  const { story, options, provider } = stage
  const { createTokenward } = await loadTokenward(stage.module)
  story.chapter('An API picks an SQLite file, and trusts a provider')
  story.say(`The provider is a real one, oidc-provider, at ${provider.issuer}.`)

  await story.step({
    ask: "createTokenward({ repository: sqlite('tokens.db'), trust: [trust(provider)] })",
    call: () => codeOfRefusal(createTokenward, options),
    promise: 'TOKENWARD_NOT_PREPARED',
    why: 'An external token needs no record, so an empty store, or a wrong one, must not pass for one in which nothing is revoked.',
  })
  await story.step({
    ask: 'prepare(options)',
    // A new root refuses external tokens that are older than itself, so a lost one brings none back.
    call: () => prepare({ ...options, clock: () => Date.now() - HOUR }),
    promise: { root: 'made' },
    why: 'Schema and root record are made once, by hand. Here with a clock an hour back, as if the API were an hour old: a fresh root refuses external tokens that were issued before it.',
  })
  const { instance } = await story.step({
    ask: 'instance = createTokenward(options), instance.health()',
    call: async () => {
      const instance = await createTokenward<Privileges>(options)
      return { instance, health: await instance.health() }
    },
    promise: { health: { ok: true, adapter: 'sqlite', capabilities: { durability: 'durable' } } },
    why: 'The same call now gets an instance, on a store that keeps what it acknowledged.',
  })
  return instance
}

async function codeOfRefusal(
  create: TokenwardModule['createTokenward'],
  options: TokenwardOptions,
): Promise<string> {
  try {
    await using _unwanted = await create(options)
    return 'made'
  } catch (error) {
    if (isTokenwardError(error)) return error.code
    throw error
  }
}
