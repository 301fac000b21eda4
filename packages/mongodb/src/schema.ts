import { NotPrepared } from '@tokenward/core'
import type { Document } from './client.ts'

/** All namespaces together; `_id` is the key, into which core has hashed the namespace. */
export const COLLECTION = 'tokenward_records'

/** Stands among the records, so that whoever reads them sees it too. No key looks like it. */
export const SCHEMA_ID = 'schema'

/** What is acknowledged stands in the journals of a majority. */
export const DURABLE: Document = { w: 'majority', j: true, wtimeout: 5_000 }

/**
 * What is so far past `retainUntil`, in seconds, the server takes out by itself, if nobody prunes.
 * Core's own margin is for the clocks of applications; this one is for that of the server.
 */
const KEPT_BEYOND = 3_600

const STRING = { bsonType: 'string' }
const DATE = { bsonType: 'date' }

const FIELDS = {
  _id: STRING,
  namespace: STRING,
  kind: { enum: ['root', 'cutoff', 'family', 'token'] },
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
  { name: 'by_namespace', key: { namespace: 1, _id: 1 } },
  { name: 'by_group', key: { namespace: 1, groups: 1, _id: 1 } },
  { name: 'by_retention', key: { retainUntil: 1 }, expireAfterSeconds: KEPT_BEYOND },
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
