import type { TokenRepository } from '@tokenward/core'
import { replace } from '../src/interceptors/intercept.ts'
import mapRepository from './map-repository.ts'

/** Stores every write and returns true: no condition is checked. */
export default function brokenRepository(url: string, namespace: string): TokenRepository {
  const good = mapRepository(url, namespace)
  const write: TokenRepository['write'] = async (writes, signal) => {
    for (const { record } of writes) {
      const [stored] = await good.read([record.key], signal)
      await good.write([{ record, expected: stored?.etag ?? null }], signal)
    }
    return writes.map(() => true)
  }
  return replace(good, { write })
}
