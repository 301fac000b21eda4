import { DatabaseSync } from 'node:sqlite'
import type { TokenRepository } from '@tokenward/core'
import { sqlite } from '../src/index.ts'

/** What the conformance suite opens. The URL is a file's name; `#synchronous=OFF` passes a handle with that pragma. */
export default function repository(url: string, namespace: string): TokenRepository {
  const [file = '', pragma] = url.split('#')
  if (pragma === undefined) return sqlite(file, { namespace })
  const handle = new DatabaseSync(file)
  handle.exec(`PRAGMA ${pragma}`)
  return sqlite(handle, { namespace })
}
