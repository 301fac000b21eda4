import { record } from '@tokenward/conformance/harness'
import pg from 'pg'
import openRepository from './repository.ts'

/**
 * Has the adapter write one record after the other where the server's default is not to wait for
 * the disk, and counts those that were on the disk when they were acknowledged: all WAL up to some
 * point behind the write's beginning was flushed.
 */
export async function syncedWrites(url: string, namespace: string, count: number): Promise<number> {
  const hostile = new URL(url)
  hostile.searchParams.set('options', '-c synchronous_commit=off')
  const repository = openRepository(hostile.href, namespace)
  const observer = new pg.Client(url.split('#')[0])
  await observer.connect()
  try {
    await repository.open()
    await repository.migrate?.(false)
    let synced = 0
    for (let n = 1; n <= count; n++) {
      const { rows } = await observer.query('SELECT pg_current_wal_insert_lsn() AS place')
      const write = { record: record(n), expected: null }
      const [done] = await repository.write([write], AbortSignal.timeout(10_000))
      if (done !== true) throw new Error(`record ${n} was not stored`)
      const flushed = 'SELECT pg_current_wal_flush_lsn() > $1 AS is'
      if ((await observer.query(flushed, [rows[0]?.place])).rows[0]?.is) synced++
    }
    return synced
  } finally {
    await repository.close()
    await observer.end()
  }
}
