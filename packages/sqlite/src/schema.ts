import { NotPrepared } from '@tokenward/core/adapter'
import type { Client } from './client.ts'

/** A record has at most as many groups. Each place has an index, because a list is in one order. */
export const GROUP_PLACES: readonly number[] = [1, 2, 3, 4, 5]

/** What the indexes have in the place of a group: its first characters. The row decides. */
export function prefixOf(group: string): string {
  return `substr(${group}, 1, 9)`
}

/**
 * `MIGRATIONS[n]` leads from version n to n + 1. The version is in a table, because `PRAGMA
 * user_version` belongs to the application whose file this may be.
 */
const MIGRATIONS: readonly (readonly string[])[] = [
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
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  retain_until INTEGER NOT NULL,
  groups TEXT NOT NULL
    CHECK (json_type(groups) = 'array' AND json_array_length(groups) <= ${GROUP_PLACES.length}),
  body TEXT NOT NULL,
  -- What lists are sorted by, as createdAt of a row in records.ts: an edited row may have an instant
  -- that is not a safe integer, which neither core nor a cursor could return to.
  listed_at INTEGER AS (min(max(created_at, 0), 9007199254740991)) VIRTUAL,
  -- Groups that cannot be read must not prevent a corrupt record from being deleted or replaced.
  ${GROUP_PLACES.map(
    (place) =>
      `group_${place} TEXT AS (iif(json_valid(groups), groups, '[]') ->> '$[${place - 1}]') VIRTUAL`,
  ).join(',\n  ')},
  PRIMARY KEY (namespace, key)
) STRICT`,
    `CREATE INDEX tokenward_records_by_retention ON tokenward_records (namespace, retain_until)`,
    `CREATE INDEX tokenward_records_by_creation ON tokenward_records (namespace, listed_at)`,
    ...GROUP_PLACES.map(
      (place) => `CREATE INDEX tokenward_records_by_group_${place} ON tokenward_records
  (${prefixOf(`group_${place}`)}, listed_at) WHERE group_${place} IS NOT NULL`,
    ),
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
