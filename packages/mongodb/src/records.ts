import type { StoredRecord } from '@tokenward/core'
import type { Document } from './client.ts'

/** The last instant that a date holds. */
const LAST = 8_640_000_000_000_000

export function toDocument(namespace: string, record: StoredRecord): Document {
  const { key, kind, state, etag, expiresAt, retainUntil, groups, body } = record
  return {
    _id: text(key),
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

/** @throws Error where what came is no record: let it reject the read */
export function toRecord(document: Document): StoredRecord {
  const { _id, kind, state, etag, expiresAt, retainUntil, groups, body } = document
  const texts = [_id, kind, state, etag, body, ...(Array.isArray(groups) ? groups : [null])]
  const dates = [expiresAt, retainUntil]
  if (texts.every(isText) && dates.every((date) => date instanceof Date)) {
    const instants = { expiresAt: expiresAt.getTime(), retainUntil: retainUntil.getTime() }
    return { key: _id, kind, state, etag, ...instants, groups, body }
  }
  throw new Error('What stands in the collection under this key is not a record.')
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
