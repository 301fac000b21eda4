import { KeysUnavailable } from '../errors/errors.ts'
import { copyOf } from '../input/copy.ts'
import type { Configuration } from '../input/options.schema.ts'
import type { TokenwardOptions } from '../input/options.ts'
import { Authenticator } from '../jwt/authenticator.ts'
import { Issuer } from '../jwt/issuer.ts'
import { staticKeySet } from '../jwt/key-set.ts'
import type { OwnKeys } from '../jwt/own-keys.ts'
import { Naming } from '../naming/naming.ts'
import { Budget } from '../store/budget.ts'
import { openRepository } from '../store/repository-users.ts'
import { Store } from '../store/store.ts'
import type { Context } from './context.ts'
import { Emitter } from './events.ts'

/** ms: a connection and its look at the settings may take longer than one call, but not for ever. */
export const OPEN_TIMEOUT_MS = 30_000

/** Options checked, keys imported, the backend opened and admitted; closed again where it is refused. */
export async function setUp(options: TokenwardOptions): Promise<Context> {
  // Before anything is awaited: what the caller changes from now on changes nothing here.
  const { repository } = options
  const copies = { ...copyOf({ ...options, repository: null }), repository }
  const { parseOptions } = await import('../input/options.schema.ts')
  const { admit, checkManifest } = await import('../policy/admission.ts')
  const configuration = parseOptions(copies)
  // One that cannot be used fails here, and not with the first token.
  configuration.policy.clock()
  const { keys, pepper } = configuration
  checkManifest(repository)
  const ownKeys: OwnKeys =
    keys instanceof URL
      ? { public: [], verifiers: [], signer: null }
      : await (await import('../jwt/own-keys.ts')).importOwnKeys(keys)
  const naming = await Naming.create(repository.namespace, pepper)
  const { issuer } = configuration.policy
  // A tool that knows a store alone has no issuer, and gives a reserved one (RFC 2606 §2).
  const issuerKey = issuer.endsWith('.invalid')
    ? undefined
    : (await naming.cutoffKeys({ issuer })).get('issuer')
  const rootOwner = { key: naming.root, check: naming.check, issuer: issuerKey }
  const issuers = await issuersOf(configuration, ownKeys)
  const events = new Emitter()
  const store = new Store(repository, {
    unavailable: (error) => events.emit('unavailable', { error }),
    recovered: (after) => events.emit('recovered', { after }),
  })
  try {
    const findings = await store.call(new Budget(OPEN_TIMEOUT_MS), () => openRepository(repository))
    const { capabilities, policy } = await admit(repository, configuration.policy, findings)
    return {
      ...{ policy, naming, rootOwner, issuers, repository, capabilities, findings, store, events },
      authenticator: new Authenticator(issuers, naming, policy, configuration.signatureCache),
      signer: ownKeys.signer,
      publicKeys: Object.freeze(ownKeys.public.map((jwk) => Object.freeze({ ...jwk }))),
    }
  } catch (error) {
    await store.close().catch(() => undefined)
    throw error
  }
}

/** The ward's own first. */
async function issuersOf(
  configuration: Configuration,
  { verifiers }: OwnKeys,
): Promise<ReadonlyMap<string, Issuer>> {
  const { policy, keys, trust } = configuration
  const byUrl = keys instanceof URL
  const own = byUrl ? [] : [new Issuer(policy.issuer, null, staticKeySet(verifiers))]
  // Loaded only where keys are fetched or other issuers are trusted.
  const others =
    byUrl || trust.length > 0
      ? await (await import('../jwt/issuers.ts')).otherIssuers(configuration)
      : []
  return new Map([...own, ...others].map((one) => [one.issuer, one]))
}

/** The public keys; a ward that verifies by a URL has none of its own to publish. */
export function publicJwks({ publicKeys }: Context): { readonly keys: Context['publicKeys'] } {
  if (publicKeys.length > 0) return { keys: publicKeys }
  throw new KeysUnavailable('This ward verifies by the key set of a URL: publish that one.')
}
