import { NotPrepared } from '@tokenward/core/adapter'
import type { Connection } from './client.ts'

/**
 * `MIGRATIONS[n]` leads from version n to n + 1. The version has a table of its own, because
 * `PRAGMA user_version` belongs to the application whose file this may be.
 */
const MIGRATIONS: readonly (readonly string[])[] = [
  [
    `CREATE TABLE tokenward_schema (version INTEGER NOT NULL) STRICT`,
    `INSERT INTO tokenward_schema (version) VALUES (1)`,
    // With rowids: without, the random keys of long rows cost twice the time and the space.
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
    // An index over \`groups\`. Triggers keep it, and not foreign keys, which a connection can turn
    // off: so it is right too when somebody deletes records by hand.
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
    // Groups that cannot be read must not keep a corrupt record from being deleted or replaced. Their
    // entries stay, which name no record, or the one that is stored under the key again.
    `CREATE TRIGGER tokenward_records_deleted AFTER DELETE ON tokenward_records BEGIN
  DELETE FROM tokenward_groups
  WHERE namespace = OLD.namespace AND key = OLD.key
    AND name IN (SELECT value FROM json_each(iif(json_valid(OLD.groups), OLD.groups, '[]')));
END`,
  ],
]

export function requireSchema(connection: Connection): void {
  const version = schemaVersion(connection)
  if (version < MIGRATIONS.length) {
    throw new NotPrepared('The SQLite file lacks tables of Tokenward: run prepare() once.')
  }
  assertNotNewer(version)
}

/** What leads from the file's version to this one; nothing if it is there already. */
export function pendingStatements(connection: Connection): readonly string[] {
  const version = schemaVersion(connection)
  assertNotNewer(version)
  return MIGRATIONS.slice(version).flat()
}

function assertNotNewer(version: number): void {
  if (version <= MIGRATIONS.length) return
  throw new NotPrepared(
    `The SQLite file has version ${version} of the tables, and this program knows ${MIGRATIONS.length}: update @tokenward/sqlite.`,
  )
}

function schemaVersion(connection: Connection): number {
  const tables = `SELECT name FROM sqlite_schema WHERE type = 'table' AND name = 'tokenward_schema'`
  if (connection.rows(tables).length === 0) return 0
  const [row] = connection.rows<{ version: number }>('SELECT version FROM tokenward_schema')
  return row?.version ?? 0
}
