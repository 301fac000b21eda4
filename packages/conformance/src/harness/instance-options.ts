import type {
  Duration,
  SigningKeys,
  TokenRepository,
  Tokenward,
  TokenwardOptions,
} from '@tokenward/core'
import type { RepositoryFactory } from './load-repository.ts'
import { eventLoopTurns } from './unhandled-errors.ts'

/** The issuer of every instance, unless a case sets another; also the audience. */
export const ISSUER = 'https://api.example'

export interface InstanceOverrides extends Partial<Omit<TokenwardOptions, 'repository'>> {
  readonly namespace?: string
  /** Another URL of the server: through a proxy, or for another account. */
  readonly url?: string
  /** Wraps the adapter, between it and core. */
  readonly wrap?: (repository: TokenRepository) => TokenRepository
}

/** What the instances of one case have in common, in all its processes. */
export interface InstanceDefaults {
  readonly connect: RepositoryFactory
  readonly url: string
  readonly namespace: string
  readonly keys: SigningKeys
  readonly clock: () => number
  /** Every instance verifies from memory for so long. */
  readonly lease?: Duration | undefined
}

/** The options of an instance, with its own connection. */
export function instanceOptions(
  { connect, keys, clock, lease, ...defaults }: InstanceDefaults,
  { namespace, url, wrap, ...overrides }: InstanceOverrides,
): TokenwardOptions {
  const connected = connect(url ?? defaults.url, namespace ?? defaults.namespace)
  const repository = wrap ? wrap(connected) : connected
  const { durability } = repository.capabilities
  return {
    issuer: ISSUER,
    keys,
    clock,
    // Long, so that a slow machine only fails cases that are about the deadline.
    deadline: '20s',
    ...(lease !== undefined && durability === 'durable' && { cache: { lease } }),
    ...overrides,
    repository,
  }
}

/**
 * Under a lease `verify` may answer without a turn of the event loop: a case that calls it in a loop would
 * keep its process from everything else, so it begins in the next turn here.
 */
export function yielding<C extends object>(
  instance: Tokenward<C>,
  { lease }: Pick<InstanceDefaults, 'lease'>,
): Tokenward<C> {
  if (lease === undefined) return instance
  const verify: Tokenward<C>['verify'] = async (token, options) => {
    await eventLoopTurns(1)
    return instance.verify(token, options)
  }
  return { ...instance, verify }
}
