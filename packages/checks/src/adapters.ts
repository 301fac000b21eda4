import type { TokenRepository } from '@tokenward/core'

/** One entry of the list of adapters. */
export interface Adapter {
  /** The folder below `packages/`, the package's name after `@tokenward/`, and its factory. */
  readonly name: string
  /** Where the records are stored: in the process, in a file, or on a server. */
  readonly storage: 'process' | 'file' | 'server'
  /**
   * Creates a repository with the default options. It is not opened, so no server is needed;
   * `capabilities` has what the adapter claims. Resolves only after the packages have been built.
   */
  readonly create: () => Promise<TokenRepository>
}

/**
 * The one list of adapters, in the order of the store table. The runner, the tables and the checks
 * read it; `adapters.test.ts` compares it with the lists that published packages need themselves.
 *
 * Factories are imported on demand: the runner reads the list before anything has been built.
 */
export const adapters: readonly Adapter[] = [
  {
    name: 'memory',
    storage: 'process',
    create: async () => (await import('@tokenward/memory')).memory(),
  },
  {
    name: 'sqlite',
    storage: 'file',
    create: async () => (await import('@tokenward/sqlite')).sqlite('tokens.db'),
  },
  {
    name: 'postgres',
    storage: 'server',
    create: async () =>
      (await import('@tokenward/postgres')).postgres('postgres://localhost/tokens'),
  },
  {
    name: 'redis',
    storage: 'server',
    create: async () => (await import('@tokenward/redis')).redis('redis://localhost'),
  },
  {
    name: 'mongodb',
    storage: 'server',
    create: async () => (await import('@tokenward/mongodb')).mongodb('mongodb://localhost/tokens'),
  },
  {
    name: 'memcached',
    storage: 'server',
    create: async () => (await import('@tokenward/memcached')).memcached('memcached://localhost'),
  },
]

export const adapterNames: readonly string[] = adapters.map(({ name }) => name)
