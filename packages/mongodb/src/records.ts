import {
  assertRetained as assertNotPast,
  corruptRecord,
  isEtag,
  isRecordKind,
  isRecordState,
  type StoredRecord,
} from '@tokenward/core/adapter'
import type { Document } from './driver.ts'

/** The last instant that a `Date` represents, in ms since 1970. */
const MAX_DATE_MS = 8_640_000_000_000_000

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
  const { key, kind, state, etag, expiresAt, retainUntil, groups, body } = record
  return {
    _id: idOf(namespace, key),
    namespace: text(namespace),
    kind: text(kind),
    state: text(state),
    etag: text(etag),
    expiresAt: new Date(expiresAt),
    retainUntil: new Date(retainUntil),
    groups: groups.map(text),
    body: text(body),
  }
}

/** A document that is not a valid record, as after a manual change, becomes a corrupt record. */
export function toRecord(namespace: string, document: Document): StoredRecord {
  const { _id, kind, state, expiresAt, retainUntil, groups, body } = document
  const key = keyOf(namespace, _id)
  const etag = etagOf(document)
  const isRecord =
    document['namespace'] === namespace &&
    isRecordKind(kind) &&
    isRecordState(state) &&
    etag === document['etag'] &&
    [expiresAt, retainUntil].every(isInstant) &&
    Array.isArray(groups) &&
    [body, ...groups].every(isText)
  if (!isRecord) return corruptRecord(key, etag)
  return {
    key,
    kind,
    state,
    etag,
    expiresAt: expiresAt.getTime(),
    retainUntil: retainUntil.getTime(),
    groups,
    body,
  }
}

export function etagOf({ etag }: Document): string {
  return isEtag(etag) ? etag : UNREADABLE_ETAG
}

/** Checks the type at run time: the server would run an object in its place as a query. */
export function text(value: string): string {
  if (isText(value)) return value
  throw new TypeError('Keys, etags and groups are strings.')
}

/**
 * @throws Error where `retainUntil` is past
 * @throws RangeError where a `Date` cannot represent an instant
 */
export function assertRetained(record: StoredRecord): void {
  assertNotPast(record)
  const { key, expiresAt, retainUntil } = record
  if ([expiresAt, retainUntil].every((instant) => Math.abs(instant) <= MAX_DATE_MS)) return
  throw new RangeError(`Record ${key} has an instant that a Date cannot represent`)
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isInstant(value: unknown): value is Date {
  return value instanceof Date && !Number.isNaN(value.getTime())
}
