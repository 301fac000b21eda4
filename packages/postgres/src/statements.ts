import { hash } from 'node:crypto'
import { GROUP_PLACES, groupAt, hashOf, LISTED_AT, LISTED_NAMESPACE, VERSION } from './schema.ts'

/** A statement, and the name under which each connection keeps it prepared. */
export interface Statement {
  readonly text: string
  /** Absent: it is planned anew each time, for the values that it gets. */
  readonly name?: string
}

/** The name derives from the text: other versions of this package may share the connections. */
function prepared(text: string): Statement {
  return { text, name: `tokenward_${hash('sha256', text).slice(0, 16)}` }
}

const FIELDS = 'kind, state, etag, created_at, expires_at, retain_until, groups, body'

/** A record as `Row` in `records.ts`: `pg` takes less time for one text than for eight columns and an array. */
function rowOf(record: string): string {
  return `${record}.key, json_build_array(${FIELDS.replace(/\w+/g, `${record}.$&`)})::text AS fields`
}

/** The etag, or what replaces it in a corrupt row: as in `records.ts`. */
const ETAG = `CASE WHEN etag ~ '^[!-~]{1,64}$' THEN etag
        ELSE 'corrupt-' || left(coalesce(encode(sha256(convert_to(etag, 'UTF8')), 'hex'), ''), 32) END`

const PREPARED = `EXISTS (SELECT FROM tokenward_schema WHERE version = ${VERSION})`

/**
 * A primary that has the tables of this version returns at least one row, if only an empty one. So an
 * empty result never means that the records are absent.
 */
function ifPrimary(records: string): string {
  return `
  SELECT record.* FROM (VALUES (${PREPARED} AND NOT pg_is_in_recovery())) AS server (is_primary)
  LEFT JOIN (${records}) AS record ON true WHERE is_primary`
}

/**
 * The keys as one text, with commas: `pg` encodes an array element by element. Each key is looked up by
 * itself: before the table has statistics, the planner would search the whole namespace for a set of keys.
 */
export const READ: Statement = prepared(
  ifPrimary(`
    SELECT found.* FROM unnest(string_to_array($2, ',')) AS wanted, LATERAL (
      SELECT ${rowOf('stored')} FROM tokenward_records AS stored
      WHERE namespace = $1 AND key = wanted LIMIT 1
    ) AS found`),
)

/**
 * A whole batch, in which each entry is independent; READ COMMITTED. Rows are locked in the order of
 * their keys, so batches do not deadlock, and are compared as they are once they are locked. A locked
 * row may be newer than the snapshot that the rest of the statement sees: it was inserted or replaced
 * meanwhile. Then `done` is null, and the caller repeats the entry. An upsert would be wrong: one that
 * waits for a prune inserts the record that it should replace.
 *
 * `synchronous_commit` takes effect at the commit. So a change is durable whatever the server's
 * default is, and a write that lost a race does not hold its locks until the disk is synced.
 *
 * Subscribers hold the advisory lock $4, shared: where it can be acquired for a moment, there are none,
 * and nothing is notified. Commits that notify wait for each other on one lock of the whole server.
 */
export const WRITE: Statement = prepared(`
  WITH entry AS MATERIALIZED (
    SELECT * FROM json_to_recordset($2::json) AS given (
      key text, expected text, kind text, state text, etag text,
      created_at bigint, expires_at bigint, retain_until bigint, groups text, body text
    ) WHERE ${PREPARED} ORDER BY key COLLATE "C"
  ), compared AS MATERIALIZED (
    SELECT entry.*, place, stored FROM entry LEFT JOIN LATERAL (
      SELECT ctid AS place, ${ETAG} AS stored FROM tokenward_records
      WHERE namespace = $1 AND key = entry.key FOR UPDATE
    ) AS locked ON true
  ), replaced AS (
    UPDATE tokenward_records AS record
    SET (${FIELDS}) = (compared.kind, compared.state, compared.etag, compared.created_at,
      compared.expires_at, compared.retain_until, compared.groups, compared.body)
    FROM compared WHERE ctid = place AND stored = expected AND stored <> compared.etag
    RETURNING record.key
  ), inserted AS (
    INSERT INTO tokenward_records (namespace, key, ${FIELDS})
    SELECT $1, key, ${FIELDS} FROM compared WHERE stored IS NULL AND expected IS NULL
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
    SELECT CASE WHEN pg_try_advisory_lock($4) THEN NOT pg_advisory_unlock($4) ELSE true END AS has_subscribers
  ), notified AS MATERIALIZED (
    SELECT count(pg_notify($3, key)) FROM changed, watched WHERE has_subscribers
  )
  SELECT key, CASE
    WHEN stored = etag OR key IN (SELECT key FROM changed) THEN true
    WHEN stored IS DISTINCT FROM expected THEN false
  END AS done FROM compared, durable, notified`)

/**
 * Goes from each instant to the next older one that has a record, for each of the places, and then reads the
 * records of these instants: the indexes have no keys. With a limit of one the planner prefers the index that
 * has the order, whatever it expects. With the limit of the page it would sometimes sort: a group that it
 * expects to be small, or a table that is too large for the cache.
 */
function page(places: readonly number[], condition: (place: number) => string): Statement {
  const ofEach = (select: (isHere: string) => string) =>
    places
      .map((place) => `(${select(`walk.place = ${place} AND ${condition(place)}`)})`)
      .join(`
      UNION ALL `)
  return {
    text: `
  WITH RECURSIVE walk AS (
    SELECT place, 0 AS step, $2::bigint AS listed_at FROM unnest(ARRAY[${places}]) AS place
    UNION ALL
    SELECT place, step + 1, next.listed_at FROM walk, LATERAL (${ofEach(
      (isHere) => `
        SELECT ${LISTED_AT} AS listed_at FROM tokenward_records
        WHERE ${isHere} AND ${LISTED_AT} < walk.listed_at
        ORDER BY ${LISTED_AT} DESC LIMIT 1`,
    )}) AS next
    WHERE step < $4
  )${ifPrimary(`
    SELECT ${rowOf('(record)')} FROM walk, LATERAL (${ofEach(
      (isHere) => `
        SELECT stored AS record FROM tokenward_records AS stored
        WHERE ${isHere} AND ${LISTED_AT} = walk.listed_at
          AND (walk.listed_at < $2 OR stored.key < $3 COLLATE "C") OFFSET 0`,
    )}) AS found
    ORDER BY listed_at DESC, (record).key DESC LIMIT $4`)}`,
  }
}

export const LIST_ALL: Statement = page([0], () => `${LISTED_NAMESPACE} = $1`)

/**
 * Mostly one place has all the records of a group, and the others are empty. In a CASE, so that the planner
 * neither searches another index for the namespace nor expects few records.
 */
export const LIST_GROUP: Statement = page(GROUP_PLACES, (place) => {
  // Once, where an edited record has the group in two places.
  const isFirst = GROUP_PLACES.filter((earlier) => earlier < place)
    .map((earlier) => ` AND ${groupAt(earlier)} <> $5`)
    .join('')
  return `${hashOf(groupAt(place))} = ${hashOf('$5')} AND ${groupAt(place)} <> ''
          AND CASE WHEN namespace = $1 AND ${groupAt(place)} = $5${isFirst} THEN true END`
})

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

/** Why a statement returned no row. */
export const SCHEMA_VERSION: Statement = { text: 'SELECT version FROM tokenward_schema' }

/** Held as long as the connection lives. */
export const WATCH: Statement = { text: 'SELECT pg_advisory_lock_shared($1)' }
