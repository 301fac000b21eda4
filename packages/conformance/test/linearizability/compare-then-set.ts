import type { StoredRecord, TokenRepository } from '@tokenward/core/adapter'
import { replace } from '../../src/interceptors/intercept.ts'
import mapRepository from '../map-repository.ts'

/** Compares, waits, and sets, as one would use a store without conditional writes. */
export default function compareThenSet(url: string, namespace: string): TokenRepository {
  const good = mapRepository(url, namespace)
  const stored = async (key: string, signal: AbortSignal) =>
    (await good.read([key], signal))[0]?.etag ?? null
  const set = async (record: StoredRecord, signal: AbortSignal) => {
    await good.write([{ record, expected: await stored(record.key, signal) }], signal)
  }
  const write: TokenRepository['write'] = async (writes, signal) => {
    const answers: boolean[] = []
    for (const { record, expected } of writes) {
      const etag = await stored(record.key, signal)
      if (etag === expected) await set(record, signal)
      answers.push(etag === expected || etag === record.etag)
    }
    return answers
  }
  return replace(good, { name: 'compare-then-set', write })
}
