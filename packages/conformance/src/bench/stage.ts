import { type Capabilities, generateKeys, type Keys, type TokenRepository } from '@tokenward/core'
import { core, type Engine } from './engine.ts'
import { createProvider, type Provider } from './provider.ts'
import type { ServerHandle } from './server.ts'
import { type StrayWatch, watchStrayErrors } from './stray.ts'

/** What the `repository` module exports as default. */
export type RepositoryFactory = (url: string, namespace: string) => TokenRepository

/** What all cases of one run share. */
export interface Stage {
  readonly server: ServerHandle
  /** The adapter's name. */
  readonly adapter: string
  /** What the adapter claims, lowered by what it found. */
  readonly capabilities: Capabilities
  readonly connect: RepositoryFactory
  readonly engine: Engine
  readonly keys: Keys
  readonly provider: Provider
  readonly stray: StrayWatch
}

/** Opens the backend once, makes its schema where it has one, and asks what it can do. */
export async function setStage(server: ServerHandle, repository: URL): Promise<Stage> {
  const stray = watchStrayErrors()
  const connect = await loadFactory(repository)
  const probe = connect(server.url, 'probe')
  const findings = await probe.open()
  await probe.migrate?.(false)
  await probe.close()
  const lowered = findings.map(({ lowers = {} }) => lowers)
  const capabilities: Capabilities = Object.assign({}, probe.capabilities, ...lowered)
  const [keys, provider] = await Promise.all([generateKeys(), createProvider()])
  return { server, adapter: probe.name, capabilities, connect, engine: core, keys, provider, stray }
}

async function loadFactory(module: URL): Promise<RepositoryFactory> {
  const { default: factory } = (await import(module.href)) as { default?: unknown }
  if (typeof factory === 'function') return factory as RepositoryFactory
  throw new TypeError(`${module.href} must export (url, namespace) => TokenRepository as default`)
}
