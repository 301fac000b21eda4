import { record } from '@tokenward/conformance/harness'
import { MongoClient } from 'mongodb'
import openRepository from './repository.ts'

/**
 * Writes one record after the other, and counts those during which the server synced its journal, by
 * the server's own counter.
 */
export async function syncedWrites(url: string, namespace: string, count: number): Promise<number> {
  const repository = openRepository(url, namespace)
  const observer = new MongoClient(url.split('#')[0] ?? '')
  const syncs = async (): Promise<number> => {
    const { wiredTiger } = await observer.db('admin').command({ serverStatus: 1 })
    return wiredTiger.log['log sync operations']
  }
  try {
    await repository.open()
    await repository.migrate?.(false)
    let synced = 0
    for (let n = 1; n <= count; n++) {
      const before = await syncs()
      const write = { record: record(n), expected: null }
      const [done] = await repository.write([write], AbortSignal.timeout(120_000))
      if (done !== true) throw new Error(`record ${n} was not stored`)
      if ((await syncs()) > before) synced++
    }
    return synced
  } finally {
    await repository.close()
    await observer.close()
  }
}
