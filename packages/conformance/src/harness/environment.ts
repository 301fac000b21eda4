import { type Capabilities, generateKeys, type SigningKeys } from '@tokenward/core'
import { core, type Engine } from './engine.ts'
import { createProvider, type Provider } from './identity-provider.ts'
import { loadFactory, type RepositoryFactory } from './load-repository.ts'
import type { ServerHandle } from './server-handle.ts'
import { type StrayWatch, watchStrayErrors } from './unhandled-errors.ts'

/** What all cases of one run share. */
export interface Stage {
  readonly server: ServerHandle
  /** The adapter's name. */
  readonly adapter: string
  /** What the adapter claims, lowered by what it found. */
  readonly capabilities: Capabilities
  readonly connect: RepositoryFactory
  /** Where child processes find it. */
  readonly module: URL
  /** The known-bad adapter that stands around the repositories here; child processes put it there too. */
  readonly knownBad?: string
  readonly engine: Engine
  readonly keys: SigningKeys
  readonly provider: Provider
  readonly stray: StrayWatch
}

/** Opens the backend once, makes its schema where it has one, and asks what it can do. */
export async function setStage(server: ServerHandle, repository: URL): Promise<Stage> {
  const stray = watchStrayErrors()
  const connect = await loadFactory(repository)
  const { adapter, capabilities } = await askOf(connect, server.url)
  const [keys, provider] = await Promise.all([generateKeys(), createProvider()])
  return {
    server,
    adapter,
    capabilities,
    connect,
    module: repository,
    engine: core,
    keys,
    provider,
    stray,
  }
}

/** Who it is and what it can do, once it has looked at the live settings. */
export async function askOf(
  connect: RepositoryFactory,
  url: string,
): Promise<Pick<Stage, 'adapter' | 'capabilities'>> {
  const probe = connect(url, 'probe')
  const findings = await probe.open()
  await probe.migrate?.(false)
  await probe.close()
  const lowered = findings.map(({ downgrades = {} }) => downgrades)
  const left = Object.assign({}, probe.capabilities, ...lowered) as Capabilities
  // What may be forgotten is neither listed nor there to be pruned.
  const kept = left.durability === 'durable' ? left : { ...left, listing: false, pruning: false }
  return { adapter: probe.name, capabilities: kept }
}
