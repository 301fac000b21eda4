import type { TokenRepository } from '@tokenward/core'
import { replace } from '../../src/interceptors/intercept.ts'
import sharedRepository from './shared-repository.ts'

/** Ends the process that opens it, except where the suite probes the adapter. */
export default function crashingRepository(url: string, namespace: string): TokenRepository {
  const good = sharedRepository(url, namespace)
  if (namespace === 'probe') return good
  const open = async () => {
    setImmediate(() => {
      throw new Error('the driver broke')
    })
    return await new Promise(() => {})
  }
  return replace(good, { open })
}
