// Only plain `?`: Node before 24.7 treats numbered parameters as names (nodejs/node#59340).
import { GROUP_PLACES, prefixOf, VERSION } from './schema.ts'

// The fields as `Row` in `records.ts`: `node:sqlite` takes less time for one text than for eight columns, and an
// integer beyond 2^53 would fail the whole statement.
const FIELDS = [
  'kind',
  'state',
  'etag',
  'created_at',
  'expires_at',
  'retain_until',
  'groups',
  'body',
]
  .map((name) => `record.${name}`)
  .join(', ')
const ROW = `record.key, json_array(${FIELDS}) AS fields`

export const INSERT: string = `
  INSERT INTO tokenward_records
    (kind, state, etag, expires_at, retain_until, body, namespace, key, created_at, groups)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (namespace, key) DO NOTHING`

// The instant and the groups of a record never change. Where others are stored, the row is corrupt: see
// REMOVE.
export const REPLACE: string = `
  UPDATE tokenward_records
  SET kind = ?, state = ?, etag = ?, expires_at = ?, retain_until = ?, body = ?
  WHERE namespace = ? AND key = ? AND created_at = ? AND groups = ? AND etag = ?`

export const STORED_ETAG: string = `SELECT etag FROM tokenward_records WHERE namespace = ? AND key = ?`

/** Removes a corrupt row, so that INSERT stores the record that replaces it. */
export const REMOVE: string = `DELETE FROM tokenward_records WHERE namespace = ? AND key = ?`

// CROSS JOIN: SQLite keeps the order of the tables, so the rows are found by the index on the keys.
export const READ: string = `
  SELECT ${ROW} FROM tokenward_schema CROSS JOIN json_each(?) AS wanted
  CROSS JOIN tokenward_records AS record ON namespace = ? AND record.key = wanted.value
  WHERE version = ${VERSION}`

export const LIST_ALL: string = `
  SELECT ${ROW} FROM tokenward_records AS record
  WHERE namespace = ? AND (listed_at, key) < (?, ?)
  ORDER BY listed_at DESC, key DESC LIMIT ?`

/** For each place. Mostly one of them has all the records of a group, and the others are empty. */
export const LIST_GROUP: readonly string[] = GROUP_PLACES.map(
  (place) => `
  SELECT ${ROW} FROM tokenward_records AS record
  WHERE namespace = ? AND (listed_at, key) < (?, ?)
    AND ${prefixOf(`group_${place}`)} = ${prefixOf('?')} AND group_${place} = ?
  ORDER BY listed_at DESC, key DESC LIMIT ?`,
)

const PRUNABLE = `
  SELECT rowid FROM tokenward_records
  WHERE namespace = ? AND retain_until <= ? ORDER BY retain_until LIMIT ?`

export const PRUNE: string = `DELETE FROM tokenward_records WHERE rowid IN (${PRUNABLE})`

export const COUNT_PRUNABLE: string = `SELECT count(*) AS count FROM (${PRUNABLE})`
