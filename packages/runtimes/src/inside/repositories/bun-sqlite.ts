import { Database } from 'bun:sqlite'
import type { TokenRepository } from '@tokenward/core'
import { sqlite } from '@tokenward/sqlite'

/** What the suite opens: a database of `bun:sqlite`, which is closed with its repository. */
export default function repository(file: string, namespace: string): TokenRepository {
  const handle = new Database(file)
  handle.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
  const made = sqlite(handle, { namespace })
  const close = made.close.bind(made)
  made.close = async () => {
    await close()
    handle.close()
  }
  return made
}
