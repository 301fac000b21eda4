import type { TokenRepository } from '@tokenward/core'
import { replace } from '../../src/interceptors/intercept.ts'
import sharedRepository from './shared-repository.ts'

/** Does not open, and the error has a cause; except where the suite probes the adapter. */
export default function failingRepository(url: string, namespace: string): TokenRepository {
  const good = sharedRepository(url, namespace)
  if (namespace === 'probe') return good
  const cause = new Error('connection refused')
  return replace(good, { open: () => Promise.reject(new Error('The driver failed', { cause })) })
}
