import type { TokenRepository } from '@tokenward/core/adapter'
import { HOUR } from './clock.ts'
import { key, record } from './records.ts'
import { deadline } from './timeouts.ts'

export type RepositoryCall = (
  repository: TokenRepository & Required<Pick<TokenRepository, 'list' | 'prune'>>,
) => Promise<unknown>

/** One call of each kind, for tests of what a role may do, or of a store that is not prepared. */
export const repositoryCalls: Readonly<Record<string, RepositoryCall>> = {
  read: (repository) => repository.read([key(1)], deadline()),
  list: (repository) => repository.list(null, null, 10, deadline()),
  'list of a group': (repository) => repository.list('g', null, 10, deadline()),
  'prune, dry': (repository) => repository.prune(Date.now(), 10, true, deadline()),
  write: (repository) => repository.write([{ record: record(1), expected: null }], deadline()),
  prune: (repository) => repository.prune(Date.now() + HOUR, 10, false, deadline()),
}
