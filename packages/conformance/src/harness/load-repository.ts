import type { TokenRepository } from '@tokenward/core'

/** What the `repository` module exports as default. */
export type RepositoryFactory = (url: string, namespace: string) => TokenRepository

export async function loadRepositoryFactory(module: URL): Promise<RepositoryFactory> {
  const { default: factory } = (await import(module.href)) as { default?: unknown }
  if (typeof factory === 'function') return factory as RepositoryFactory
  throw new TypeError(`${module.href} must export (url, namespace) => TokenRepository as default`)
}
