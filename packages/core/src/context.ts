import type { JWK } from 'jose'
import type { Capabilities, Finding } from './adapter/capabilities.ts'
import type { TokenRepository } from './adapter/contract.ts'
import { Emitter } from './callbacks.ts'
import { KeysUnavailable } from './errors.ts'
import { copyOf } from './input/copy.ts'
import type { Configuration } from './input/options.schema.ts'
import { Authenticator } from './jwt/authenticator.ts'
import { Issuer } from './jwt/issuer.ts'
import { staticKeySet } from './jwt/key-set.ts'
import type { Signer, SigningKeySet } from './jwt/signing-keys.ts'
import type { Policy } from './policy/policy.ts'
import { KeyDeriver } from './scopes/keys.ts'
import { Deadline } from './store/deadline.ts'
import { openRepository } from './store/repository-users.ts'
import { Store } from './store/store.ts'
import type { RootOwner } from './transitions/root.ts'
import type { TokenwardOptions } from './types/options.ts'

/** What every operation works with; made once, by `createTokenward`. */
export interface Context {
  readonly policy: Policy
  readonly keyDeriver: KeyDeriver
  /** The root that this instance makes, where there is none. */
  readonly rootOwner: RootOwner
  readonly authenticator: Authenticator
  /** The instance's own first. */
  readonly issuers: ReadonlyMap<string, Issuer>
  /** `null`: verify-only. */
  readonly signer: Signer | null
  readonly publicKeys: readonly JWK[]
  readonly repository: TokenRepository
  /** As claimed, less what was found. */
  readonly capabilities: Capabilities
  readonly findings: readonly Finding[]
  readonly store: Store
  readonly events: Emitter
}

/** ms: a connection and its look at the settings may take longer than one call, but not for ever. */
export const OPEN_TIMEOUT_MS = 30_000

/** Options checked, keys imported, the backend opened and admitted; closed again where it is refused. */
export async function createContext(options: TokenwardOptions): Promise<Context> {
  // Before anything is awaited: what the caller changes from now on changes nothing here.
  const { repository } = options
  const copies = { ...copyOf({ ...options, repository: null }), repository }
  const { parseOptions } = await import('./input/options.schema.ts')
  const { checkPolicy, checkManifest } = await import('./policy/check-policy.ts')
  const configuration = parseOptions(copies)
  // One that cannot be used fails here, and not with the first token.
  configuration.policy.clock()
  const { keys, pepper } = configuration
  checkManifest(repository)
  const signingKeySet: SigningKeySet =
    keys instanceof URL
      ? { public: [], verifiers: [], signer: null }
      : await (await import('./jwt/signing-keys.ts')).importSigningKeys(keys)
  const keyDeriver = await KeyDeriver.create(repository.namespace, pepper)
  const { issuer } = configuration.policy
  // A tool that knows a store alone has no issuer, and gives a reserved one (RFC 2606 §2).
  const issuerKey = issuer.endsWith('.invalid')
    ? undefined
    : (await keyDeriver.cutoffKeys({ issuer })).get('issuer')
  const rootOwner = { key: keyDeriver.root, pepperCheck: keyDeriver.pepperCheck, issuer: issuerKey }
  const issuers = await issuersOf(configuration, signingKeySet)
  const events = new Emitter()
  const store = new Store(repository, {
    unavailable: (error) => events.emit('unavailable', { error }),
    recovered: (after) => events.emit('recovered', { after }),
  })
  try {
    const findings = await store.call(new Deadline(OPEN_TIMEOUT_MS), () =>
      openRepository(repository),
    )
    const { capabilities, policy } = await checkPolicy(repository, configuration.policy, findings)
    return {
      ...{
        policy,
        keyDeriver,
        rootOwner,
        issuers,
        repository,
        capabilities,
        findings,
        store,
        events,
      },
      authenticator: new Authenticator(issuers, keyDeriver, policy, configuration.signatureCache),
      signer: signingKeySet.signer,
      publicKeys: Object.freeze(signingKeySet.public.map((jwk) => Object.freeze({ ...jwk }))),
    }
  } catch (error) {
    await store.close().catch(() => undefined)
    throw error
  }
}

/** The instance's own first. */
async function issuersOf(
  configuration: Configuration,
  { verifiers }: SigningKeySet,
): Promise<ReadonlyMap<string, Issuer>> {
  const { policy, keys, trust } = configuration
  const byUrl = keys instanceof URL
  const own = byUrl ? [] : [new Issuer(policy.issuer, null, staticKeySet(verifiers))]
  // Loaded only where keys are fetched or other issuers are trusted.
  const others =
    byUrl || trust.length > 0
      ? await (await import('./jwt/issuers.ts')).otherIssuers(configuration)
      : []
  return new Map([...own, ...others].map((one) => [one.issuer, one]))
}

/** The public keys; an instance that verifies by a URL has none of its own to publish. */
export function publicJwks({ publicKeys }: Context): { readonly keys: Context['publicKeys'] } {
  if (publicKeys.length > 0) return { keys: publicKeys }
  throw new KeysUnavailable('This instance verifies by the key set of a URL: publish that one.')
}
