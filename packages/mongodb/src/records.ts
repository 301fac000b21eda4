import {
  corruptRecord,
  isEtag,
  isRecordKind,
  isRecordState,
  type StoredRecord,
} from '@tokenward/core/adapter'
import type { Document } from './driver.ts'

/** The etag of a document that has no valid one; `NO_ETAG` is the filter for such documents. */
export const UNREADABLE_ETAG = 'unreadable'
/** Matches a document without a valid etag. An array is listed because it matches by its elements. */
export const NO_ETAG: Document = {
  $or: [{ etag: { $not: { $regex: '^[!-~]{1,64}\\z' } } }, { etag: { $type: 'array' } }],
}

/** The `_id` of a record. No two namespaces have an `_id` in common, whatever the keys are. */
export function idOf(namespace: string, key: string): string {
  return prefixOf(namespace) + text(key)
}

/** All `_id`s of a namespace begin with this, and no others do, because it contains the length. */
export function prefixOf(namespace: string): string {
  return `${namespace.length}:${text(namespace)}:`
}

export function keyOf(namespace: string, id: string): string {
  return id.slice(prefixOf(namespace).length)
}

export function toDocument(namespace: string, record: StoredRecord): Document {
  const { key, kind, state, etag, createdAt, expiresAt, retainUntil, groups, body } = record
  return {
    _id: idOf(namespace, key),
    namespace: text(namespace),
    kind: text(kind),
    state: text(state),
    etag: text(etag),
    createdAt: instant(createdAt),
    expiresAt: instant(expiresAt),
    retainUntil: instant(retainUntil),
    groups: groups.map(text),
    body: text(body),
  }
}

/** A document that is not a valid record, as after a manual change, becomes a corrupt record. */
export function toRecord(namespace: string, document: Document): StoredRecord {
  const { kind, state, groups, body } = document
  const key = keyOf(namespace, document['_id'])
  const etag = isEtag(document['etag']) ? document['etag'] : UNREADABLE_ETAG
  const createdAt = msOf(document['createdAt'])
  const expiresAt = msOf(document['expiresAt'])
  const retainUntil = msOf(document['retainUntil'])
  const isRecord =
    document['namespace'] === namespace &&
    isRecordKind(kind) &&
    isRecordState(state) &&
    etag === document['etag'] &&
    ![createdAt, expiresAt, retainUntil].some(Number.isNaN) &&
    Array.isArray(groups) &&
    [body, ...groups].every(isText)
  if (!isRecord) return corruptRecord(key, etag, createdAt || 0)
  return { key, kind, state, etag, createdAt, expiresAt, retainUntil, groups, body }
}

/** Checks the type at run time: the server would run an object in its place as a query. */
export function text(value: string): string {
  if (isText(value)) return value
  throw new TypeError('Keys, etags and groups are strings.')
}

/** @throws RangeError where a `Date` cannot represent the instant */
export function instant(ms: number): Date {
  const date = new Date(ms)
  if (msOf(date) === ms) return date
  throw new RangeError(`A Date cannot represent the instant ${ms}`)
}

/** `NaN` where the value is not a date. */
function msOf(value: unknown): number {
  return value instanceof Date ? value.getTime() : Number.NaN
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}
