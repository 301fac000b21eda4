import { GROUP_PLACES } from './schema.ts'

/*
 * Written for Postgres and its relatives; adapt them: TODO.md has what differs in MySQL and MariaDB. The
 * database must commit each statement by itself, and an update must see the newest row: READ COMMITTED, not a
 * snapshot.
 */
const COLUMNS: readonly string[] = [
  'namespace',
  'record_key',
  'kind',
  'state',
  'etag',
  'created_at',
  'expires_at',
  'retain_until',
  ...GROUP_PLACES.map((place) => `group_${place}`),
  'body',
]
const ROW = COLUMNS.slice(1).join(', ')

/** The values: the namespace, and the keys. */
export function read(keys: number): string {
  const places = Array.from({ length: keys }, (_, i) => `$${i + 2}`)
  return `SELECT ${ROW} FROM tokenward_records WHERE namespace = $1 AND record_key IN (${places.join(', ')})`
}

/** Changes no row where one is stored. The values are those of all columns. */
export const INSERT: string = `
  INSERT INTO tokenward_records (${COLUMNS.join(', ')})
  VALUES (${COLUMNS.map((_, i) => `$${i + 1}`).join(', ')})
  ON CONFLICT (namespace, record_key) DO NOTHING`

/** Changes no row where another etag is stored. The last value is the etag that is replaced. */
export const REPLACE: string = `
  UPDATE tokenward_records
  SET ${COLUMNS.slice(2)
    .map((column, i) => `${column} = $${i + 3}`)
    .join(', ')}
  WHERE namespace = $1 AND record_key = $2 AND etag = $${COLUMNS.length + 1}`

export const STORED_ETAG =
  'SELECT etag FROM tokenward_records WHERE namespace = $1 AND record_key = $2'

/** Those after an instant and a key, the newest first. */
function page(condition: string): string {
  return `
  SELECT ${ROW} FROM tokenward_records
  WHERE namespace = $1 AND ${condition} (created_at, record_key) < ($2, $3)
  ORDER BY created_at DESC, record_key DESC LIMIT $4`
}

export const LIST_ALL: string = page('')

export const LIST_GROUP: string = `
  SELECT * FROM (${GROUP_PLACES.map((place) => `(${page(`group_${place} = $5 AND`)})`).join(' UNION ALL ')}) AS found
  ORDER BY created_at DESC, record_key DESC LIMIT $4`

const PRUNABLE = `
  SELECT record_key FROM tokenward_records
  WHERE namespace = $1 AND retain_until <= $2 ORDER BY retain_until LIMIT $3`

/** The condition is tested again by the statement that deletes: a retention may have been extended. */
export const PRUNE: string = `
  DELETE FROM tokenward_records
  WHERE namespace = $1 AND retain_until <= $2 AND record_key IN (${PRUNABLE})`

export const COUNT_PRUNABLE: string = `SELECT count(*) AS count FROM (${PRUNABLE}) AS past`
