import { corruptRecord, type StoredRecord } from '@tokenward/core/adapter'
import { intercept, type RepositoryWrapper } from './intercept.ts'

/**
 * Records that the adapter cannot decode, on any store: it returns `corrupt` until they are replaced.
 */
export interface UndecodableRecords {
  readonly wrap: RepositoryWrapper
  /** From now on, this version of the record cannot be decoded. */
  corrupt(record: StoredRecord): void
}

export function undecodableRecords(): UndecodableRecords {
  // By etag: the record that replaces it can be decoded.
  const corrupted = new Set<string>()
  return {
    corrupt: ({ etag }) => void corrupted.add(etag),
    wrap: (inner) =>
      intercept(inner, {
        async read(pass, keys, signal) {
          const found = await pass(keys, signal)
          return found.map((record) =>
            record && corrupted.has(record.etag) ? corruptRecord(record.key, record.etag) : record,
          )
        },
      }),
  }
}
