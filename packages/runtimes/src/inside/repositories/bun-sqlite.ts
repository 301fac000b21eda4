import { Database } from 'bun:sqlite'
import type { TokenRepository } from '@tokenward/core'
import { sqlite } from '@tokenward/sqlite'

/** What the suite opens: a database of `bun:sqlite`. The process ends soon, and closes it. */
export default function repository(file: string, namespace: string): TokenRepository {
  const handle = new Database(file)
  handle.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
  return sqlite(handle, { namespace })
}
