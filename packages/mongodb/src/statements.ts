import type { StoredRecord, Write } from '@tokenward/core/adapter'
import { MAX_TIME_MS } from './client.ts'
import type { Document } from './driver.ts'
import type { ReadConcern } from './options.ts'
import { idOf, NO_ETAG, prefixOf, text, toDocument, UNREADABLE_ETAG } from './records.ts'
import { COLLECTION, DURABLE, SCHEMA_ID, VERSION } from './schema.ts'

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

export function findKeys(namespace: string, keys: readonly string[]): Document {
  const ids = [SCHEMA_ID, ...keys.map((key) => idOf(namespace, key))]
  return find({ _id: { $in: ids } }, 'majority', ids.length)
}

/** The server guarantees linearizable reads only for one document, found by a unique field. */
export function findKey(namespace: string, key: string): Document {
  return find({ _id: idOf(namespace, key) }, 'linearizable', 1)
}

export const FIND_SCHEMA: Document = find({ _id: SCHEMA_ID }, 'majority', 1)

export function page(
  namespace: string,
  group: string | null,
  after: string | null,
  limit: number,
): Document {
  const filter: Document = { _id: { ...within(namespace), $gt: idOf(namespace, after ?? '') } }
  if (group !== null) filter['groups'] = text(group)
  return find(filter, 'majority', limit, { sort: { _id: 1 } })
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

export function operationOf(namespace: string, { record, expected }: Write): Document {
  return expected === null
    ? { insert: 0, document: toDocument(namespace, record) }
    : replace(namespace, record, [expected, record.etag])
}

/** For an insert that found its key in use: it holds where the stored record is the same. */
export function resendOf(namespace: string, { record }: Write): Document {
  return replace(namespace, record, [record.etag])
}

function replace(namespace: string, record: StoredRecord, etags: readonly string[]): Document {
  const stored = { etag: { $in: etags.map(text) } }
  const filter = {
    _id: idOf(namespace, record.key),
    ...(etags.includes(UNREADABLE_ETAG) ? { $or: [stored, NO_ETAG] } : stored),
  }
  return { update: 0, filter, updateMods: toDocument(namespace, record), multi: false }
}

export function findPrunable(namespace: string, now: number, limit: number): Document {
  const order = { projection: { _id: 1 }, sort: { retainUntil: 1 } }
  return find({ ...retentionEnded(now), _id: within(namespace) }, 'majority', limit, order)
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

/** Matches all `_id`s of the namespace: keys are hexadecimal. */
function within(namespace: string): Document {
  const prefix = prefixOf(namespace)
  return { $gt: prefix, $lt: `${prefix}g` }
}
