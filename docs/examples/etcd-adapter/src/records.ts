import {
  corruptRecord,
  decodeRecord,
  encodeRecord,
  isEtag,
  type StoredRecord,
} from '@tokenward/core/adapter'

/** A value of etcd, and the revision of its last change. */
export interface Stored {
  readonly value: string
  readonly revision: string
}

/** Core makes no etag with a colon. */
const REVISION = /^revision:(\d+)$/

/** The etag comes first, so that a condition can compare it: see `hasEtag`. */
export function toValue(record: StoredRecord): string {
  return `${record.etag} ${encodeRecord(record)}`
}

/** A corrupt record where the value cannot be decoded: it must not fail the read of other keys. */
export function toRecord(key: string, { value, revision }: Stored): StoredRecord {
  const space = value.indexOf(' ')
  const etag = value.slice(0, Math.max(space, 0))
  const record = decodeRecord(key, value.slice(space + 1))
  if (record?.etag === etag) return record
  return corruptRecord(key, isEtag(etag) ? etag : `revision:${revision}`)
}

/** The revision of a corrupt record without an etag; `null` for any other etag. */
export function revisionOf(etag: string): string | null {
  return REVISION.exec(etag)?.[1] ?? null
}
