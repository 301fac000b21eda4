import { type Capabilities, type Duration, generateKeys, type SigningKeys } from '@tokenward/core'
import { core, type Engine } from './engine.ts'
import { createIdentityProvider, type IdentityProvider } from './identity-provider.ts'
import { loadRepositoryFactory, type RepositoryFactory } from './load-repository.ts'
import type { ServerHandle } from './server-handle.ts'
import { type UnhandledErrors, watchUnhandledErrors } from './unhandled-errors.ts'

/** What all cases of one run share. */
export interface Environment {
  readonly server: ServerHandle
  /** The adapter's name. */
  readonly adapter: string
  /** What the adapter claims, minus what its findings downgrade. */
  readonly capabilities: Capabilities
  readonly connect: RepositoryFactory
  /** The module of the repository, for child processes. */
  readonly module: URL
  /** The known-bad that breaks the repositories or the engine here; child processes apply it, too. */
  readonly knownBad?: string
  /** Of every instance, unless a case sets another. */
  readonly lease?: Duration
  readonly engine: Engine
  readonly keys: SigningKeys
  readonly provider: IdentityProvider
  readonly unhandled: UnhandledErrors
}

/** Opens the backend once, prepares its schema where it has one, and reads its capabilities. */
export async function createEnvironment(
  server: ServerHandle,
  repository: URL,
  lease?: Duration,
): Promise<Environment> {
  const unhandled = watchUnhandledErrors()
  const connect = await loadRepositoryFactory(repository)
  const { adapter, capabilities } = await probeAdapter(connect, server.url)
  const [keys, provider] = await Promise.all([generateKeys(), createIdentityProvider()])
  return {
    server,
    adapter,
    capabilities,
    connect,
    module: repository,
    ...(lease !== undefined && { lease }),
    engine: core,
    keys,
    provider,
    unhandled,
  }
}

/** The name and the capabilities of the adapter, after it has checked the live settings. */
export async function probeAdapter(
  connect: RepositoryFactory,
  url: string,
): Promise<Pick<Environment, 'adapter' | 'capabilities'>> {
  const probe = connect(url, 'probe')
  const findings = await probe.open()
  await probe.migrate?.(false)
  await probe.close()
  const lowered = findings.map(({ downgrades = {} }) => downgrades)
  const left = Object.assign({}, probe.capabilities, ...lowered) as Capabilities
  // A store that is not durable neither lists nor prunes.
  const kept = left.durability === 'durable' ? left : { ...left, listing: false, pruning: false }
  return { adapter: probe.name, capabilities: kept }
}
