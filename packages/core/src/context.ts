import type { Capabilities, Finding } from './adapter/capabilities.ts'
import type { TokenRepository } from './adapter/contract.ts'
import { Emitter } from './callbacks.ts'
import { copyOf } from './input/copy.ts'
import type { Configuration } from './input/options.schema.ts'
import { Authenticator } from './jwt/authenticator.ts'
import { Issuer } from './jwt/issuer.ts'
import type { OwnKeys } from './jwt/own-keys.ts'
import type { EvidenceCache } from './lease/evidence-cache.ts'
import type { Policy } from './policy/policy.ts'
import { KeyDeriver } from './scopes/keys.ts'
import type { Sealing } from './sealing/sealing.ts'
import { Deadline } from './store/deadline.ts'
import { openRepository } from './store/repository-users.ts'
import { Store } from './store/store.ts'
import type { DiagnosticsChannels, Tracer } from './tracing/tracer.ts'
import type { RootOwner } from './transitions/root.ts'
import type { TokenwardOptions } from './types/options.ts'
import type { OperationMessage } from './types/tracing.ts'

interface Host {
  readonly process?: { getBuiltinModule?(id: string): DiagnosticsChannels | undefined }
}

/** What every operation works with. Created once, by `createTokenward`. */
export interface Context {
  readonly policy: Policy
  readonly keyDeriver: KeyDeriver
  /** What a root record contains that this instance creates. */
  readonly rootOwner: RootOwner
  readonly authenticator: Authenticator
  /** By URL, the instance's own first. */
  readonly issuers: ReadonlyMap<string, Issuer>
  /** `null`: the instance verifies by the URL of its keys. */
  readonly ownKeys: OwnKeys | null
  /** `null`: without the option `sealing`. */
  readonly sealing: Sealing | null
  /** The largest `data`, in bytes of JSON; 0 without the option `sealing`. */
  readonly maxDataBytes: number
  readonly repository: TokenRepository
  /** As the adapter claims them, lowered by the findings. */
  readonly capabilities: Capabilities
  readonly findings: readonly Finding[]
  readonly store: Store
  /** `null`: without the option `cache`. */
  readonly cache: EvidenceCache | null
  readonly events: Emitter
  /** `null`: the host has no `node:diagnostics_channel`. */
  readonly tracer: Tracer | null
  /** Adds to the message of the call, where it is published. */
  readonly describe?: (details: Partial<OperationMessage>) => void
  /** The deadline of a call that begins now. */
  readonly deadline: () => Deadline
}

/** To connect and to read the settings may take longer than a call. */
export const OPEN_TIMEOUT_MS = 30_000

/** Checks the options, imports the keys, and opens the repository; closes it again if it is refused. */
export async function createContext(options: TokenwardOptions): Promise<Context> {
  // Copied before the first await: later changes by the caller have no effect.
  const { repository } = options
  const copies = { ...copyOf({ ...options, repository: null }), repository }
  const { parseOptions } = await import('./input/options.schema.ts')
  const { checkPolicy, checkManifest } = await import('./policy/check-policy.ts')
  const configuration = parseOptions(copies)
  // A clock that cannot be used fails here, and not with the first token.
  configuration.policy.clock()
  checkManifest(repository)
  const ownKeys = await ownKeysOf(configuration)
  const keyDeriver = await KeyDeriver.create(repository.namespace, configuration.pepper)
  const rootOwner = await rootOwnerOf(configuration.policy.issuer, keyDeriver)
  const issuers = await issuersOf(configuration, ownKeys)
  const sealing = await sealingOf(configuration)
  const events = new Emitter()
  const tracer = await tracerOf(repository)
  const store = new Store(
    repository,
    {
      unavailable: (error) => events.emit('unavailable', { error }),
      recovered: (after) => events.emit('recovered', { after }),
    },
    tracer,
    configuration.batch === 'operation',
  )
  try {
    const findings = await store.call('open', new Deadline(OPEN_TIMEOUT_MS), (signal) =>
      openRepository(repository, signal),
    )
    const { capabilities, policy } = await checkPolicy(repository, configuration.policy, findings)
    return {
      policy,
      keyDeriver,
      rootOwner,
      authenticator: new Authenticator(issuers, keyDeriver, policy, configuration.signatureCache),
      issuers,
      ownKeys,
      sealing,
      maxDataBytes: await dataLimit(configuration, capabilities),
      repository,
      capabilities,
      findings,
      store,
      cache: await cacheOf(policy, repository, capabilities),
      events,
      tracer,
      deadline: () => new Deadline(policy.deadline),
    }
  } catch (error) {
    await store.close(error as Error).catch(() => undefined)
    throw error
  }
}

async function ownKeysOf(configuration: Configuration): Promise<OwnKeys | null> {
  if (configuration.keys instanceof URL) return null
  return (await import('./jwt/own-keys.ts')).OwnKeys.create(configuration)
}

// Loaded before the first call: a span must begin when its call does.
async function tracerOf(repository: TokenRepository): Promise<Tracer | null> {
  const { process } = globalThis as Host
  const channels = process?.getBuiltinModule?.('node:diagnostics_channel')
  return channels ? new (await import('./tracing/tracer.ts')).Tracer(channels, repository) : null
}

async function sealingOf({ sealing, repository }: Configuration): Promise<Sealing | null> {
  if (sealing === undefined) return null
  return (await import('./sealing/sealing.ts')).Sealing.create(repository.namespace, sealing)
}

async function cacheOf(
  policy: Policy,
  { name }: TokenRepository,
  capabilities: Capabilities,
): Promise<EvidenceCache | null> {
  if (!policy.lease) return null
  const { EvidenceCache } = await import('./lease/evidence-cache.ts')
  return new EvidenceCache(policy, name, capabilities)
}

async function dataLimit(
  { sealing, maxDataBytes }: Configuration,
  capabilities: Capabilities,
): Promise<number> {
  if (sealing === undefined) return 0
  return (await import('./sealing/data-size.ts')).maxDataBytesOf(maxDataBytes, capabilities)
}

async function rootOwnerOf(issuer: string, keyDeriver: KeyDeriver): Promise<RootOwner> {
  // A tool that is given a store without an issuer uses a reserved name as its issuer (RFC 2606 §2).
  const hasIssuer = !issuer.endsWith('.invalid')
  const cutoffKeys = hasIssuer ? await keyDeriver.cutoffKeys({ issuer }) : undefined
  return {
    key: keyDeriver.root,
    pepperCheck: keyDeriver.pepperCheck,
    issuer: cutoffKeys?.get('issuer'),
  }
}

/** The instance's own issuer first. */
async function issuersOf(
  configuration: Configuration,
  ownKeys: OwnKeys | null,
): Promise<ReadonlyMap<string, Issuer>> {
  const { policy, trust } = configuration
  const self = ownKeys ? [new Issuer(policy.issuer, null, ownKeys.keySet)] : []
  // Loaded only if keys are fetched or other issuers are trusted.
  const others =
    ownKeys === null || trust.length > 0
      ? await (await import('./jwt/issuers.ts')).otherIssuers(configuration)
      : []
  return new Map([...self, ...others].map((issuer) => [issuer.issuer, issuer]))
}
