import type { TokenRepository } from '@tokenward/core'
import { replace } from '../../src/interceptors/intercept.ts'
import sharedRepository from './shared-repository.ts'

/** Never opens, except where the suite probes the adapter. */
export default function silentRepository(url: string, namespace: string): TokenRepository {
  const good = sharedRepository(url, namespace)
  if (namespace === 'probe') return good
  return replace(good, { open: () => new Promise(() => {}) })
}
