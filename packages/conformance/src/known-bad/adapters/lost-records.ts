import type { StoredRecord, TokenRepository, Write } from '@tokenward/core/adapter'
import { replace } from '../../interceptors/intercept.ts'
import { keysOf, perNamespace, replaceList } from './helpers.ts'

type IsGone = (record: StoredRecord) => boolean

/** An etag that is never stored. */
const NEVER = '-'

/**
 * A repository in which some records count as missing: no repository can delete, so a defect that
 * deletes has to hide records.
 */
export function hiding(inner: TokenRepository, isGone: IsGone): TokenRepository {
  const visible = (record: StoredRecord | null) => (record && isGone(record) ? null : record)
  const read: TokenRepository['read'] = async (keys, signal) =>
    (await inner.read(keys, signal)).map(visible)
  const write: TokenRepository['write'] = async (writes, signal) => {
    const stored = await inner.read(keysOf(writes), signal)
    const meant = writes.map((each, i) => asMissing(each, stored[i] ?? null, isGone))
    return await inner.write(meant, signal)
  }
  const listed = replaceList(inner, (all) => async (group, after, limit, signal) => {
    const seen = (await all(group, signal)).filter((record) => !isGone(record))
    return seen.filter(({ key }) => key > (after ?? '')).slice(0, limit)
  })
  return replace(listed, { read, write })
}

/** The write to send so that the answer is as if there were no record. */
function asMissing(write: Write, stored: StoredRecord | null, isGone: IsGone): Write {
  if (stored === null || !isGone(stored)) return write
  return { ...write, expected: write.expected === null ? stored.etag : NEVER }
}

export interface Deleting {
  readonly repository: TokenRepository
  /** Deletes whatever is stored when the call arrives. */
  delete(key: string, signal: AbortSignal): Promise<void>
}

const deletedEtags = perNamespace(() => new Set<string>())

/** A repository that can delete; all repositories of its namespace see it. */
export function deleting(inner: TokenRepository): Deleting {
  const etags = deletedEtags(inner)
  return {
    repository: hiding(inner, ({ etag }) => etags.has(etag)),
    async delete(key, signal) {
      const [stored] = await inner.read([key], signal)
      if (stored) etags.add(stored.etag)
    },
  }
}
