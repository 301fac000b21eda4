import { NotPrepared } from '@tokenward/core/adapter'
import { grants } from './grants.ts'

/** Default privileges may grant rights on every new table; hosted databases grant them to everyone. */
const REVOKE_DEFAULTS = `DO $$
DECLARE revoke text;
BEGIN
  FOR revoke IN
    SELECT format('REVOKE ALL ON %s FROM %s', oid::regclass,
      CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END)
    FROM pg_class, aclexplode(relacl)
    WHERE oid IN ('tokenward_schema'::regclass, 'tokenward_records'::regclass,
      'tokenward_overview'::regclass) AND grantee <> relowner
  LOOP EXECUTE revoke; END LOOP;
END $$`

/** A record has at most as many groups. */
const MAX_GROUPS = 5

/** The places of the groups in their column; each has an index, because a list is in one order. */
export const GROUP_PLACES: readonly number[] = Array.from({ length: MAX_GROUPS }, (_, i) => i + 1)

/** The group at a place; an empty text where there is none. */
export function groupAt(place: number): string {
  return `split_part(groups, ',', ${place})`
}

/** What the indexes have in the place of a group: a third of its length. The row decides. */
export function hashOf(group: string): string {
  return `hashtextextended(${group}, 0)`
}

/**
 * What lists are sorted by, as `createdAt` of a row in `records.ts`: an edited row may have an instant
 * that is not a safe integer, which neither core nor a cursor could return to.
 */
export const LISTED_AT = 'least(greatest(created_at, 0), 9007199254740991)'

/**
 * Byte for byte the same as the collation "C" of the column, but another name: without statistics the
 * planner could otherwise look up keys by the index of the list of a namespace.
 */
export const LISTED_NAMESPACE = 'namespace COLLATE "POSIX"'

/**
 * `MIGRATIONS[n]` leads from version n to n + 1.
 *
 * Instants are stored as in core, in ms since 1970. `timestamptz` would round distant ones, and `prune`
 * compares exactly. For people who read the table, `tokenward_overview` shows dates.
 */
const MIGRATIONS: readonly (readonly string[])[] = [
  [
    `CREATE TABLE tokenward_schema (
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  version integer NOT NULL
)`,
    `INSERT INTO tokenward_schema (version) VALUES (1)`,
    // The instants first: after a text, each would begin at the next multiple of 8 bytes.
    `CREATE TABLE tokenward_records (
  created_at bigint NOT NULL,
  expires_at bigint NOT NULL,
  retain_until bigint NOT NULL,
  namespace text COLLATE "C" NOT NULL,
  key text COLLATE "C" NOT NULL,
  kind text NOT NULL CHECK (kind IN ('root', 'cutoff', 'session', 'token')),
  state text NOT NULL CHECK (state IN ('active', 'consumed', 'revoked')),
  etag text COLLATE "C" NOT NULL,
  groups text COLLATE "C" NOT NULL CHECK (${groupAt(MAX_GROUPS + 1)} = ''),
  body text NOT NULL,
  PRIMARY KEY (namespace, key)
) WITH (
  fillfactor = 92,
  autovacuum_vacuum_scale_factor = 0.02,
  autovacuum_vacuum_insert_scale_factor = 0.05,
  autovacuum_analyze_scale_factor = 0.02
)`,
    // The instant first: an index that began with the namespace would lead the planner, before it has
    // statistics, to look up keys by it.
    `CREATE INDEX tokenward_records_by_retention ON tokenward_records (retain_until, namespace)`,
    ...GROUP_PLACES.map(
      (place) => `CREATE INDEX tokenward_records_by_group_${place} ON tokenward_records
  (${hashOf(groupAt(place))}, (${LISTED_AT})) WHERE ${groupAt(place)} <> ''`,
    ),
    `CREATE INDEX tokenward_records_by_creation ON tokenward_records
  (${LISTED_NAMESPACE}, (${LISTED_AT}))`,
    // With the privileges of the role that reads it: with those of its owner, a role that may change
    // the view could change the table.
    `CREATE VIEW tokenward_overview WITH (security_invoker = true) AS
  SELECT namespace, key, kind, state,
    ${dateOf('created_at')}, ${dateOf('expires_at')}, ${dateOf('retain_until')}, groups, body
  FROM tokenward_records`,
    // Not forced on the owner, who could disable it anyway.
    'ALTER TABLE tokenward_schema ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE tokenward_records ENABLE ROW LEVEL SECURITY',
    REVOKE_DEFAULTS,
  ],
]

function dateOf(column: string): string {
  return `to_timestamp(greatest(0, least(${column}, 253402300799000)) / 1000.0) AS ${column}`
}

export const VERSION: number = MIGRATIONS.length

/** The statements that lead from the version in the database to ours; none where it is ours. */
export function pendingStatements(version: number): readonly string[] {
  assertNotNewer(version)
  if (version === VERSION) return []
  return [...MIGRATIONS.slice(version).flat(), grantsComment()]
}

/** @param version in the database; 0: none. @throws NotPrepared */
export function requireSchema(version: number): void {
  if (version < VERSION) throw notPrepared()
  assertNotNewer(version)
}

export function notPrepared(cause?: unknown): NotPrepared {
  return new NotPrepared(
    'The Postgres database lacks tables of Tokenward, or hides their rows from this role: run prepare() once, or `tokenward migrate`. If the tables are in another schema, name it in search_path, and grant USAGE on it. If this role cannot see them, give it its privileges and policies by `grants` of @tokenward/postgres.',
    cause,
  )
}

function assertNotNewer(version: number): void {
  if (version <= VERSION) return
  throw new NotPrepared(
    `The Postgres database has version ${version} of the tables, but this program knows version ${VERSION}: update @tokenward/postgres.`,
  )
}

/** A comment, because the names of the roles are the operator's. */
function grantsComment(): string {
  const roles = { verify: 'verify', write: 'write', prune: 'prune' }
  const lines = grants(roles).map((grant) => `-- ${grant};`)
  return ['-- Grants for your roles; replace the names by yours:', ...lines].join('\n')
}
