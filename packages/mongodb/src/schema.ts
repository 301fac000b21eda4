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

/** The order of lists, and of the indexes for them. `_id` ends with the key. */
export const NEWEST_FIRST = { createdAt: -1, _id: -1 } as const

const STRING = { bsonType: 'string' }
const DATE = { bsonType: 'date' }

const FIELDS_1 = {
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
const FIELDS_2 = { ...FIELDS_1, createdAt: DATE }

function schemaOf(fields: Document): Document {
  return { required: Object.keys(fields), properties: fields }
}

function validatorOf(fields: Document): Document {
  const version = { required: ['_id', 'version'], properties: { _id: { enum: [SCHEMA_ID] } } }
  return { $jsonSchema: { bsonType: 'object', oneOf: [schemaOf(fields), version] } }
}

const BY_GROUP = { name: 'by_group', key: { groups: 1, _id: 1 } }
const BY_RETENTION = {
  name: 'by_retention',
  key: { retainUntil: 1 },
  expireAfterSeconds: TTL_MARGIN_S,
}
const NEWEST = [
  { name: 'newest_of_group', key: { groups: 1, ...NEWEST_FIRST } },
  { name: 'newest_of_namespace', key: { namespace: 1, ...NEWEST_FIRST } },
]
/** Of the current version. */
const INDEXES = [BY_RETENTION, ...NEWEST]

/** Lists skip a document without a date. One that is no record stays as it is: it is corrupt anyway. */
const SET_CREATED_AT: Document = {
  q: { createdAt: { $exists: false }, $jsonSchema: schemaOf(FIELDS_1) },
  u: [{ $set: { createdAt: { $toDate: '1970-01-01T00:00:00Z' } } }],
  multi: true,
}

/** `MIGRATIONS[n]` migrates from version n to n + 1. Each command may be repeated. */
export const MIGRATIONS: readonly (readonly Document[])[] = [
  [
    { create: COLLECTION, validator: validatorOf(FIELDS_1), writeConcern: DURABLE },
    { createIndexes: COLLECTION, indexes: [BY_GROUP, BY_RETENTION], writeConcern: DURABLE },
    setVersion(1),
  ],
  [
    { createIndexes: COLLECTION, indexes: NEWEST, writeConcern: DURABLE },
    // From now on processes of version 1 store nothing without the field.
    { collMod: COLLECTION, validator: validatorOf(FIELDS_2), writeConcern: DURABLE },
    { update: COLLECTION, updates: [SET_CREATED_AT], writeConcern: DURABLE },
    { dropIndexes: COLLECTION, index: BY_GROUP.name, writeConcern: DURABLE },
    setVersion(2),
  ],
]

function setVersion(version: number): Document {
  const update = { q: { _id: SCHEMA_ID }, u: { $max: { version } }, upsert: true }
  return { update: COLLECTION, updates: [update], writeConcern: DURABLE }
}

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
