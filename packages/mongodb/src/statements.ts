import type { ListPosition, Write } from '@tokenward/core/adapter'
import { MAX_TIME_MS } from './client.ts'
import type { Document } from './driver.ts'
import type { ReadConcern } from './options.ts'
import { idOf, instant, NO_ETAG, prefixOf, text, toDocument, UNREADABLE_ETAG } from './records.ts'
import { COLLECTION, DURABLE, NEWEST_FIRST, SCHEMA_ID, VERSION } from './schema.ts'

/**
 * Every value in a filter passes `text`: the server compares a string, and would run an object as an
 * operator. The reply is complete in one batch.
 */
export function find(
  filter: Document,
  level: ReadConcern,
  limit: number,
  more: Document = {},
): Document {
  return {
    find: COLLECTION,
    filter,
    ...more,
    limit,
    // One more than `limit`: then the server sees the end, and keeps no cursor.
    batchSize: limit + 1,
    readConcern: { level },
    maxTimeMS: MAX_TIME_MS,
  }
}

export const FIND_SCHEMA: Document = find({ _id: SCHEMA_ID }, 'majority', 1)

/** The records of the keys, and the schema version. */
export function findKeys(
  namespace: string,
  keys: readonly string[],
  level: ReadConcern,
): readonly Document[] {
  const ids = keys.map((key) => idOf(namespace, key))
  if (level === 'majority') {
    return [find({ _id: { $in: [SCHEMA_ID, ...ids] } }, level, ids.length + 1)]
  }
  // The server guarantees linearizable reads only for one document, found by a unique field.
  return [FIND_SCHEMA, ...ids.map((_id) => find({ _id }, level, 1))]
}

/**
 * What follows a position in a list: the rest of its instant, then what is older. These are two queries,
 * each a range of the index in its order: for one query with `$or` the server might sort in memory. The
 * range of `_id` excludes other namespaces, whatever the fields contain.
 */
export function findPage(
  namespace: string,
  group: string | null,
  after: ListPosition | null,
  limit: number,
): readonly Document[] {
  const [field, value] = group === null ? ['namespace', namespace] : ['groups', group]
  const part = (createdAt: Document, _id: Document) =>
    find({ [field]: text(value), createdAt, _id }, 'majority', limit, { sort: NEWEST_FIRST })
  const ids = within(namespace)
  if (after === null) return [FIND_SCHEMA, part({ $type: 'date' }, ids)]
  const createdAt = instant(after.createdAt)
  const earlier = { ...ids, $lt: idOf(namespace, after.key) }
  return [FIND_SCHEMA, part({ $eq: createdAt }, earlier), part({ $lt: createdAt }, ids)]
}

/**
 * A batch in which each entry is independent. A record that an earlier attempt stored is replaced by
 * itself. So `n` tells in one step whether the entry holds, and the server acknowledges it only when all
 * earlier writes are durable, those of the earlier attempt too. An upsert is no alternative: it would
 * insert a record that was pruned. The first entry changes nothing: it shows whether the schema exists.
 */
export function bulk(database: string, operations: readonly Document[]): Document {
  return {
    bulkWrite: 1,
    ops: [SCHEMA_GUARD, ...operations],
    nsInfo: [{ ns: `${database}.${COLLECTION}` }],
    ordered: false,
    errorsOnly: false,
    maxTimeMS: MAX_TIME_MS,
    writeConcern: DURABLE,
  }
}

const SCHEMA_GUARD: Document = {
  update: 0,
  filter: { _id: SCHEMA_ID, version: VERSION },
  updateMods: { $set: { version: VERSION } },
  multi: false,
}

/** A replacement holds also where the stored record is already the same. */
export function operationOf(namespace: string, { record, expected }: Write): Document {
  const document = toDocument(namespace, record)
  if (expected === null) return { insert: 0, document }
  const stored = { etag: { $in: [expected, record.etag].map(text) } }
  const condition = expected === UNREADABLE_ETAG ? { $or: [stored, NO_ETAG] } : stored
  const filter = { _id: document['_id'], ...condition }
  return { update: 0, filter, updateMods: document, multi: false }
}

export function findPrunable(namespace: string, now: number, limit: number): readonly Document[] {
  const filter = { ...retentionEnded(now), _id: within(namespace) }
  const oldestFirst = { projection: { _id: 1 }, sort: { retainUntil: 1 } }
  return [FIND_SCHEMA, find(filter, 'majority', limit, oldestFirst)]
}

/** Tests the condition again: a record whose retention was extended meanwhile stays. */
export function deletePrunable(now: number, ids: readonly string[]): Document {
  const filter = { _id: { $in: ids.map(text) }, ...retentionEnded(now) }
  return {
    delete: COLLECTION,
    deletes: [{ q: filter, limit: 0 }],
    maxTimeMS: MAX_TIME_MS,
    writeConcern: DURABLE,
  }
}

function retentionEnded(now: number): Document {
  return { retainUntil: { $lte: new Date(now) } }
}

/** Matches all `_id`s of the namespace: the characters of keys, base64url, are all before a tilde. */
function within(namespace: string): Document {
  const prefix = prefixOf(namespace)
  return { $gt: prefix, $lt: `${prefix}~` }
}
