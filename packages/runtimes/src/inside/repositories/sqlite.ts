import type { TokenRepository } from '@tokenward/core'
import { sqlite } from '@tokenward/sqlite'

/** What the suite opens: a file, by `node:sqlite`. */
export default function repository(file: string, namespace: string): TokenRepository {
  return sqlite(file, { namespace })
}
