import { NotPrepared } from '@tokenward/core/adapter'
import type { Document } from './driver.ts'

/** Contains the records of all namespaces; `_id` is the namespace and the key. */
export const COLLECTION = 'tokenward_records'

/** The document with the version, which each read includes. No record has this `_id`. */
export const SCHEMA_ID = 'schema'

/** An acknowledged write is in the journals of a majority of the members. */
export const DURABLE: Document = { w: 'majority', j: true, wtimeout: 60_000 }

/**
 * The TTL index deletes a record this long after `retainUntil`, where `prune` has not. Core's margin
 * covers the clocks of applications; this one covers the clock of the server.
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

/** `MIGRATIONS[n]` migrates from version n to n + 1. Each command may be repeated. */
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

/** The indexes of the schema that are not among `names`. */
export function missingIndexes(names: readonly string[]): readonly string[] {
  return INDEXES.map(({ name }) => name).filter((name) => !names.includes(name))
}

/** The commands that migrate from this version to the current one. */
export function pendingCommands(version: number): readonly Document[] {
  assertNotNewer(version)
  return MIGRATIONS.slice(version).flat()
}

/**
 * @param version of the collection; 0 where there is none
 * @throws NotPrepared
 */
export function assertSchemaVersion(version: number): void {
  assertNotNewer(version)
  if (version === VERSION) return
  throw new NotPrepared(
    'The MongoDB database has no collection of Tokenward, or an older one: run prepare() once, or `tokenward migrate`; the URL names the database.',
  )
}

function assertNotNewer(version: number): void {
  if (version <= VERSION) return
  throw new NotPrepared(
    `The MongoDB database has version ${version} of the collection, and this package supports version ${VERSION}: update @tokenward/mongodb.`,
  )
}
