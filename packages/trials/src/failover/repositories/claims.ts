import type { TokenRepository } from '@tokenward/core'

/**
 * Claims `failoverSafe` and `linearizable` in the adapter's place, so that the suite tries what the trial is
 * about to show or to disprove. A finding of `open()` would lower the claims.
 */
export function claimingAll(
  repository: TokenRepository,
  close: () => Promise<void> = async () => undefined,
): TokenRepository {
  const calls = repository as Required<TokenRepository>
  return {
    name: repository.name,
    namespace: repository.namespace,
    capabilities: { ...repository.capabilities, failoverSafe: true, linearizable: true },
    async open() {
      await repository.open()
      return []
    },
    read: (...args) => repository.read(...args),
    write: (...args) => repository.write(...args),
    list: (...args) => calls.list(...args),
    prune: (...args) => calls.prune(...args),
    watch: (...args) => calls.watch(...args),
    migrate: (...args) => calls.migrate(...args),
    async close() {
      await repository.close()
      await close()
    },
  }
}
