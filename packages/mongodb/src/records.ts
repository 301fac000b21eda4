import {
  corruptRecord,
  type RecordKind,
  type RecordState,
  type StoredRecord,
} from '@tokenward/core/adapter'
import type { Document } from './driver.ts'

/** The last instant that a date holds. */
const LAST = 8_640_000_000_000_000

const KINDS: readonly RecordKind[] = ['root', 'cutoff', 'session', 'token']
const STATES: readonly RecordState[] = ['active', 'consumed', 'revoked']
const ETAG = /^[!-~]{1,64}$/

/** Takes the place of the etag in a document that has none; `NO_ETAG` finds such documents. */
export const UNREADABLE_ETAG = 'unreadable'
/** A document whose etag is none by `ETAG`; an array would match by one of its elements. */
export const NO_ETAG: Document = {
  $or: [{ etag: { $not: { $regex: '^[!-~]{1,64}\\z' } } }, { etag: { $type: 'array' } }],
}

/** `_id` of a record. Namespaces share no `_id`, whatever key is asked for. */
export function idOf(namespace: string, key: string): string {
  return prefixOf(namespace) + text(key)
}

/** What the `_id`s of a namespace begin with, and no other's: with its length, none begins another. */
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

/** What is no record, because somebody else changed or made it, is one corrupt record. */
export function toRecord(namespace: string, document: Document): StoredRecord {
  const { _id, kind, state, expiresAt, retainUntil, groups, body } = document
  const key = keyOf(namespace, _id)
  const etag = etagOf(document)
  const isRecord =
    document['namespace'] === namespace &&
    KINDS.includes(kind) &&
    STATES.includes(state) &&
    etag === document['etag'] &&
    [expiresAt, retainUntil].every(isInstant) &&
    Array.isArray(groups) &&
    [body, ...groups].every(isText)
  if (!isRecord) return corruptRecord(key, etag)
  const instants = { expiresAt: expiresAt.getTime(), retainUntil: retainUntil.getTime() }
  return { key, kind, state, etag, ...instants, groups, body }
}

export function etagOf({ etag }: Document): string {
  return isText(etag) && ETAG.test(etag) ? etag : UNREADABLE_ETAG
}

/** Whatever the types say: an object in its place would be asked as a query. */
export function text(value: string): string {
  if (isText(value)) return value
  throw new TypeError('Keys, etags and groups are strings.')
}

/** A record that the next `prune` may take has outlived its use: storing it would keep nothing. */
export function assertRetained({ key, expiresAt, retainUntil }: StoredRecord): void {
  if (retainUntil <= Date.now()) {
    throw new Error(
      `Record ${key} was to be kept until ${retainUntil}, which is past: check the clock`,
    )
  }
  if ([expiresAt, retainUntil].every((instant) => Math.abs(instant) <= LAST)) return
  throw new RangeError(`Record ${key} has an instant that no date holds`)
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function isInstant(value: unknown): value is Date {
  return value instanceof Date && !Number.isNaN(value.getTime())
}
