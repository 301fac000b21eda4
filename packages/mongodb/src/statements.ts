import type { StoredRecord, Write } from '@tokenward/core'
import type { ReadConcern } from './capabilities.ts'
import { type Document, MAX_TIME } from './client.ts'
import { text, toDocument } from './records.ts'
import { COLLECTION, DURABLE, SCHEMA_ID, VERSION } from './schema.ts'

/**
 * What stands in place of a value is a string, by `text`: so it is asked for as it is, and never
 * obeyed as an operator. The reply is one batch, or is no answer.
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
    // One more than there can be: so the server sees the end of it, and keeps no cursor.
    batchSize: limit + 1,
    readConcern: { level },
    maxTimeMS: MAX_TIME,
  }
}

export function findKeys(keys: readonly string[]): Document {
  const ids = [SCHEMA_ID, ...keys.map(text)]
  return find({ _id: { $in: ids } }, 'majority', ids.length)
}

/** Linearizable is promised only to whoever asks for one document by a unique field. */
export function findKey(key: string): Document {
  return find({ _id: text(key) }, 'linearizable', 1)
}

export const FIND_SCHEMA: Document = find({ _id: SCHEMA_ID }, 'majority', 1)

export function page(
  namespace: string,
  group: string | null,
  after: string | null,
  limit: number,
): Document {
  const filter = {
    namespace: text(namespace),
    ...(group !== null && { groups: text(group) }),
    _id: { $gt: text(after ?? '') }, // '' is before every key.
  }
  return find(filter, 'majority', limit, { sort: { _id: 1 } })
}

/**
 * A whole batch, each entry for itself. What stands there already by an earlier try is replaced by
 * itself: so `n` tells in one step whether the entry holds, and the server acknowledges it when all
 * that came before is durable, the earlier try too. An upsert would not do: it would insert what a
 * prune has taken. The first entry changes nothing and finds the schema, or tells that it is gone.
 */
export function bulk(database: string, operations: readonly Document[]): Document {
  return {
    bulkWrite: 1,
    ops: [STAND_BY_SCHEMA, ...operations],
    nsInfo: [{ ns: `${database}.${COLLECTION}` }],
    ordered: false,
    errorsOnly: false,
    maxTimeMS: MAX_TIME,
    writeConcern: DURABLE,
  }
}

const STAND_BY_SCHEMA: Document = {
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

/** Where an insert met something: it holds if that is the record itself. */
export function confirmationOf(namespace: string, { record }: Write): Document {
  return replace(namespace, record, [record.etag])
}

function replace(namespace: string, record: StoredRecord, etags: readonly string[]): Document {
  const filter = { _id: text(record.key), etag: { $in: etags.map(text) } }
  return { update: 0, filter, updateMods: toDocument(namespace, record), multi: false }
}

export function findPrunable(namespace: string, now: number, limit: number): Document {
  const order = { projection: { _id: 1 }, sort: { retainUntil: 1 } }
  return find(prunable(namespace, now), 'majority', limit, order)
}

/** The condition stands here again: what was kept longer meanwhile stays. */
export function deletePrunable(namespace: string, now: number, keys: readonly string[]): Document {
  const filter = { _id: { $in: keys.map(text) }, ...prunable(namespace, now) }
  return {
    delete: COLLECTION,
    deletes: [{ q: filter, limit: 0 }],
    maxTimeMS: MAX_TIME,
    writeConcern: DURABLE,
  }
}

function prunable(namespace: string, now: number): Document {
  return { namespace: text(namespace), retainUntil: { $lte: new Date(now) } }
}
