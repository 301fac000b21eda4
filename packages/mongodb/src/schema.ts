import { NotPrepared } from '@tokenward/core/adapter'
import type { Document } from './driver.ts'

/** All namespaces together; `_id` is the namespace and the key: see `records.ts`. */
export const COLLECTION = 'tokenward_records'

/** Is stored among the records, so that each read of them reads it too. No `_id` of a record is like it. */
export const SCHEMA_ID = 'schema'

/** What is acknowledged is in the journals of a majority. */
export const DURABLE: Document = { w: 'majority', j: true, wtimeout: 60_000 }

/**
 * So long after `retainUntil` the server deletes a record by itself, where `prune` is not used.
 * Core's own margin is for the clocks of applications; this one is for that of the server.
 */
const TTL_MARGIN_S = 3_600

const STRING = { bsonType: 'string' }
const DATE = { bsonType: 'date' }

const FIELDS = {
  _id: STRING,
  namespace: STRING,
  kind: { enum: ['root', 'cutoff', 'session', 'token'] },
  state: { enum: ['active', 'consumed', 'revoked'] },
  etag: STRING,
  expiresAt: DATE,
  retainUntil: DATE,
  groups: { bsonType: 'array', items: STRING },
  body: STRING,
}

const VALIDATOR = {
  $jsonSchema: {
    bsonType: 'object',
    oneOf: [
      { required: Object.keys(FIELDS), properties: FIELDS },
      { required: ['_id', 'version'], properties: { _id: { enum: [SCHEMA_ID] } } },
    ],
  },
}

const INDEXES = [
  // `_id` begins with the namespace; its own index serves the list of a whole namespace.
  { name: 'by_group', key: { groups: 1, _id: 1 } },
  { name: 'by_retention', key: { retainUntil: 1 }, expireAfterSeconds: TTL_MARGIN_S },
]

/** `MIGRATIONS[n]` leads from version n to n + 1. Each command may come again, or half-way. */
const MIGRATIONS: readonly (readonly Document[])[] = [
  [
    { create: COLLECTION, validator: VALIDATOR, writeConcern: DURABLE },
    { createIndexes: COLLECTION, indexes: INDEXES, writeConcern: DURABLE },
    {
      update: COLLECTION,
      updates: [{ q: { _id: SCHEMA_ID }, u: { $max: { version: 1 } }, upsert: true }],
      writeConcern: DURABLE,
    },
  ],
]

export const VERSION: number = MIGRATIONS.length

/** Which of ours are not among these. */
export function missingIndexes(names: readonly string[]): readonly string[] {
  return INDEXES.map(({ name }) => name).filter((name) => !names.includes(name))
}

/** What leads from this version to ours; nothing if it is there already. */
export function pendingCommands(version: number): readonly Document[] {
  assertNotNewer(version)
  return MIGRATIONS.slice(version).flat()
}

/** @param version that stands in the collection; 0: none */
export function assertVersion(version: number): void {
  assertNotNewer(version)
  if (version === VERSION) return
  throw new NotPrepared(
    'The MongoDB database lacks the collection of Tokenward: run prepare() once, or `tokenward migrate`; the URL names the database.',
  )
}

function assertNotNewer(version: number): void {
  if (version <= VERSION) return
  throw new NotPrepared(
    `The MongoDB database has version ${version} of the collection, and this program knows ${VERSION}: update @tokenward/mongodb.`,
  )
}
