import { hash } from 'node:crypto'
import { VERSION } from './schema.ts'

/** A statement, and the name under which each connection keeps it prepared. */
export interface Statement {
  readonly text: string
  /** Without a name it is planned anew each time, for the values that it gets. */
  readonly name?: string
}

/** Named by its text: other versions of this package may share the connections. */
function prepared(text: string): Statement {
  return { text, name: `tokenward_${hash('sha256', text).slice(0, 16)}` }
}

const FIELDS = 'kind, state, etag, expires_at, retain_until, groups, body'

/** The etag, or what takes its place in a row that somebody corrupt: as in `records.ts`. */
const ETAG = `CASE WHEN etag ~ '^[!-~]{1,64}$' THEN etag
        ELSE 'corrupt-' || left(coalesce(encode(sha256(convert_to(etag, 'UTF8')), 'hex'), ''), 32) END`

const PREPARED = `EXISTS (SELECT FROM tokenward_schema WHERE version = ${VERSION})`

/**
 * Whoever has the tables of this version and is the primary answers one row at least, if only an
 * empty one: so that silence is never taken for absence.
 */
function found(records: string): string {
  return `
  SELECT record.* FROM (VALUES (${PREPARED} AND NOT pg_is_in_recovery())) AS server (answers)
  LEFT JOIN (${records}) AS record ON true WHERE answers`
}

export const READ: Statement = prepared(
  found(`
    SELECT key, ${FIELDS} FROM tokenward_records WHERE namespace = $1 AND key = ANY ($2)`),
)

/**
 * A whole batch, each entry for itself; READ COMMITTED. Rows are locked in the order of their keys,
 * so that batches do not lock each other out, and judged as they are once they are locked. What is
 * locked may be newer than the snapshot, which all else here sees: a row that was inserted, or
 * replaced, meanwhile. Then the answer is null, which says: ask again. An upsert would not do: one
 * that waits for a prune inserts what it should replace.
 *
 * `synchronous_commit` counts at the commit. So what was changed is durable whatever the server's
 * default, and who lost a race does not hold the lock until the disk has heard of it.
 *
 * Who watches holds the lock $4, shared: if it can be had for a moment, nobody does. For commits that
 * notify queue up, one by one, for a lock of the whole server.
 */
export const WRITE: Statement = prepared(`
  WITH entry AS MATERIALIZED (
    SELECT * FROM json_to_recordset($2) AS given (
      key text, expected text, kind text, state text, etag text,
      expires_at bigint, retain_until bigint, groups text[], body text
    ) WHERE ${PREPARED} ORDER BY key COLLATE "C"
  ), judged AS MATERIALIZED (
    SELECT entry.*, place, stored FROM entry LEFT JOIN LATERAL (
      SELECT ctid AS place, ${ETAG} AS stored FROM tokenward_records
      WHERE namespace = $1 AND key = entry.key FOR UPDATE
    ) AS locked ON true
  ), replaced AS (
    UPDATE tokenward_records AS record
    SET (${FIELDS}) = (judged.kind, judged.state, judged.etag, judged.expires_at,
      judged.retain_until, judged.groups, judged.body)
    FROM judged WHERE ctid = place AND stored = expected AND stored <> judged.etag
    RETURNING record.key
  ), inserted AS (
    INSERT INTO tokenward_records (namespace, key, ${FIELDS})
    SELECT $1, key, ${FIELDS} FROM judged WHERE stored IS NULL AND expected IS NULL
    ORDER BY key COLLATE "C"
    ON CONFLICT (namespace, key) DO NOTHING
    RETURNING key
  ), changed AS MATERIALIZED (
    SELECT key FROM replaced UNION ALL SELECT key FROM inserted
  ), durable AS MATERIALIZED (
    SELECT set_config('synchronous_commit', CASE
      WHEN NOT EXISTS (SELECT FROM changed) THEN 'off'
      WHEN current_setting('synchronous_commit') = 'remote_apply' THEN 'remote_apply'
      ELSE 'on' END, true)
  ), watched AS MATERIALIZED (
    SELECT CASE WHEN pg_try_advisory_lock($4) THEN NOT pg_advisory_unlock($4) ELSE true END AS so
  ), told AS MATERIALIZED (
    SELECT count(pg_notify($3, key)) FROM changed, watched WHERE so
  )
  SELECT key, CASE
    WHEN stored = etag OR key IN (SELECT key FROM changed) THEN true
    WHEN stored IS DISTINCT FROM expected THEN false
  END AS done FROM judged, durable, told`)

const page = (condition: string): Statement => ({
  text: `${found(`
    SELECT key, ${FIELDS} FROM tokenward_records
    WHERE namespace = $1 AND key > $2 ${condition} ORDER BY key LIMIT $3`)}
  ORDER BY key`,
})

export const LIST_ALL: Statement = page('')

export const LIST_GROUP: Statement = page('AND groups @> ARRAY[$4::text]')

const PRUNABLE = `
    SELECT ctid AS place FROM tokenward_records
    WHERE namespace = $1 AND retain_until <= $2 AND ${PREPARED}
    ORDER BY retain_until LIMIT $3`

export const PRUNE: Statement = {
  text: `
  WITH past AS MATERIALIZED (${PRUNABLE} FOR UPDATE SKIP LOCKED), pruned AS (
    DELETE FROM tokenward_records USING past
    WHERE ctid = place AND namespace = $1 AND retain_until <= $2 RETURNING 1
  )
  SELECT count(*) AS count FROM pruned HAVING ${PREPARED}`,
}

export const COUNT_PRUNABLE: Statement = {
  text: `SELECT count(*) AS count FROM (${PRUNABLE}) AS past HAVING ${PREPARED}`,
}

/**
 * What takes the rights away of each role that may change the tables and has no policy for it. The
 * owner, and superusers, need no privileges that could be listed here.
 */
const STRAY_GRANTS = `
  SELECT format('REVOKE %s ON %s FROM %s', string_agg(DISTINCT privilege_type, ', '), class.oid::regclass,
    CASE grantee WHEN 0 THEN 'PUBLIC' ELSE grantee::regrole::text END) AS revoke
  FROM pg_class AS class, LATERAL (
    SELECT grantee, privilege_type FROM aclexplode(relacl)
    UNION ALL
    SELECT granted.grantee, granted.privilege_type
    FROM pg_attribute, aclexplode(attacl) AS granted WHERE attrelid = class.oid
  ) AS granted
  WHERE class.oid IN (to_regclass('tokenward_schema'), to_regclass('tokenward_records'),
      to_regclass('tokenward_overview'))
    AND grantee <> relowner
    AND privilege_type IN ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER')
    AND NOT EXISTS (
      SELECT FROM pg_policy WHERE polrelid = class.oid AND grantee <> 0 AND grantee = ANY (polroles)
        AND polcmd::text IN ('*', CASE privilege_type
          WHEN 'INSERT' THEN 'a' WHEN 'UPDATE' THEN 'w' WHEN 'DELETE' THEN 'd' END))
  GROUP BY class.oid, grantee`

export const SETTINGS: Statement = {
  text: `
  SELECT current_setting('server_version_num')::integer AS version,
    pg_is_in_recovery() AS replica,
    current_setting('fsync') AS fsync,
    current_setting('full_page_writes') AS "fullPageWrites",
    current_setting('default_transaction_isolation') AS isolation,
    current_setting('default_transaction_read_only') AS "readOnly",
    (SELECT relpersistence::text FROM pg_class
      WHERE oid = to_regclass('tokenward_records')) AS persistence,
    (SELECT relrowsecurity FROM pg_class
      WHERE oid = to_regclass('tokenward_records')) AS "rowSecurity",
    ARRAY (${STRAY_GRANTS} ORDER BY revoke) AS revokes,
    pg_backend_pid() AS pid`,
}

/** Why nobody answers. */
export const STATUS: Statement = {
  text: 'SELECT version, pg_is_in_recovery() AS replica FROM tokenward_schema',
}

/** As long as the connection lives. */
export const WATCH: Statement = { text: 'SELECT pg_advisory_lock_shared($1)' }
