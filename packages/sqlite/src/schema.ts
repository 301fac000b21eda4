import { NotPrepared } from '@tokenward/core/adapter'
import type { Client } from './client.ts'

const INSERT_GROUPS = `INSERT INTO tokenward_groups (namespace, name, created_at, key)
  SELECT NEW.namespace, value, NEW.listed_at, NEW.key
  FROM json_each(iif(json_valid(NEW.groups), NEW.groups, '[]')) WHERE type = 'text'
  ON CONFLICT DO NOTHING;`

const DELETE_GROUPS = `DELETE FROM tokenward_groups
  WHERE namespace = OLD.namespace AND created_at = OLD.listed_at AND key = OLD.key
    AND name IN (SELECT value FROM json_each(iif(json_valid(OLD.groups), OLD.groups, '[]')));`

/**
 * `MIGRATIONS[n]` leads from version n to n + 1. The version is in a table, because `PRAGMA
 * user_version` belongs to the application whose file this may be.
 */
export const MIGRATIONS: readonly (readonly string[])[] = [
  [
    `CREATE TABLE tokenward_schema (version INTEGER NOT NULL) STRICT`,
    `INSERT INTO tokenward_schema (version) VALUES (1)`,
    // With rowids: without them, the random keys of long rows cost twice the time and the space.
    `CREATE TABLE tokenward_records (
  namespace TEXT NOT NULL,
  key TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('root', 'cutoff', 'session', 'token')),
  state TEXT NOT NULL CHECK (state IN ('active', 'consumed', 'revoked')),
  etag TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  retain_until INTEGER NOT NULL,
  groups TEXT NOT NULL CHECK (json_type(groups) = 'array'),
  body TEXT NOT NULL,
  PRIMARY KEY (namespace, key)
) STRICT`,
    `CREATE INDEX tokenward_records_by_retention ON tokenward_records (namespace, retain_until)`,
    // An index over `groups`. Triggers maintain it, because a connection can turn foreign keys off: so
    // it is also correct when an operator deletes records by hand.
    `CREATE TABLE tokenward_groups (
  namespace TEXT NOT NULL,
  name TEXT NOT NULL,
  key TEXT NOT NULL,
  PRIMARY KEY (namespace, name, key)
) STRICT, WITHOUT ROWID`,
    `CREATE TRIGGER tokenward_records_inserted AFTER INSERT ON tokenward_records BEGIN
  INSERT INTO tokenward_groups (namespace, name, key)
  SELECT NEW.namespace, value, NEW.key FROM json_each(NEW.groups) WHERE true
  ON CONFLICT DO NOTHING;
END`,
    // Groups that cannot be read must not prevent a corrupt record from being deleted or replaced. Their
    // entries stay: they name no record, or the one that is stored under the key again.
    `CREATE TRIGGER tokenward_records_deleted AFTER DELETE ON tokenward_records BEGIN
  DELETE FROM tokenward_groups
  WHERE namespace = OLD.namespace AND key = OLD.key
    AND name IN (SELECT value FROM json_each(iif(json_valid(OLD.groups), OLD.groups, '[]')));
END`,
  ],
  [
    // When the records of version 1 were made is not known: they are the oldest.
    `ALTER TABLE tokenward_records ADD COLUMN created_at INTEGER NOT NULL DEFAULT 0`,
    // What lists are sorted by, as `createdAt` of a row in `records.ts`: an edited row may have an instant
    // that is not a safe integer, which neither core nor a cursor could return to.
    `ALTER TABLE tokenward_records ADD COLUMN listed_at INTEGER
  AS (min(max(created_at, 0), 9007199254740991)) VIRTUAL`,
    `CREATE INDEX tokenward_records_by_creation ON tokenward_records (namespace, listed_at, key)`,
    `DROP TRIGGER tokenward_records_inserted`,
    `DROP TRIGGER tokenward_records_deleted`,
    `DROP TABLE tokenward_groups`,
    `CREATE TABLE tokenward_groups (
  namespace TEXT NOT NULL,
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  key TEXT NOT NULL,
  PRIMARY KEY (namespace, name, created_at DESC, key DESC)
) STRICT, WITHOUT ROWID`,
    // In the order of the key: the entries of a large file in another order would be slow to insert.
    `INSERT INTO tokenward_groups (namespace, name, created_at, key)
SELECT DISTINCT namespace, value, listed_at, record.key
FROM tokenward_records AS record, json_each(iif(json_valid(groups), groups, '[]'))
WHERE type = 'text' ORDER BY 1, 2, 3 DESC, 4 DESC`,
    `CREATE TRIGGER tokenward_records_inserted AFTER INSERT ON tokenward_records BEGIN
  ${INSERT_GROUPS}
END`,
    // Groups that cannot be read must not prevent a corrupt record from being deleted or replaced. Their
    // entries stay: lists skip them, because they name no record of this instant.
    `CREATE TRIGGER tokenward_records_deleted AFTER DELETE ON tokenward_records BEGIN
  ${DELETE_GROUPS}
END`,
    // The adapter never changes the instant; an operator may.
    `CREATE TRIGGER tokenward_records_moved AFTER UPDATE OF created_at ON tokenward_records BEGIN
  ${DELETE_GROUPS}
  ${INSERT_GROUPS}
END`,
    `UPDATE tokenward_schema SET version = 2`,
  ],
]

export const VERSION: number = MIGRATIONS.length

/** @throws NotPrepared */
export function requireSchema(client: Client): void {
  const version = schemaVersion(client)
  if (version < VERSION) {
    throw new NotPrepared('The SQLite file lacks tables of Tokenward: run prepare() once.')
  }
  assertNotNewer(version)
}

/** The statements that lead from the version in the file to ours; none where it is ours. */
export function pendingStatements(client: Client): readonly string[] {
  const version = schemaVersion(client)
  assertNotNewer(version)
  return MIGRATIONS.slice(version).flat()
}

function assertNotNewer(version: number): void {
  if (version <= VERSION) return
  throw new NotPrepared(
    `The SQLite file has version ${version} of the tables, but this program knows version ${VERSION}: update @tokenward/sqlite.`,
  )
}

function schemaVersion(client: Client): number {
  const tables = `SELECT name FROM sqlite_schema WHERE type = 'table' AND name = 'tokenward_schema'`
  if (client.rows(tables).length === 0) return 0
  const [row] = client.rows<{ version: number }>('SELECT version FROM tokenward_schema')
  return row?.version ?? 0
}
