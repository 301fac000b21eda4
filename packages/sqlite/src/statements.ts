// Only plain `?`: Node before 24.7 treats numbered parameters as names (nodejs/node#59340).

// The instants as REAL, which is exact for every number that core writes: an integer beyond 2^53 would
// fail the whole statement in `node:sqlite`.
const INSTANTS = `CAST(expires_at AS REAL) AS expires_at, CAST(retain_until AS REAL) AS retain_until`
const COLUMNS = `key, kind, state, etag, ${INSTANTS}, groups, body`

export const INSERT: string = `
  INSERT INTO tokenward_records
    (kind, state, etag, expires_at, retain_until, body, groups, namespace, key)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (namespace, key) DO NOTHING`

// The groups of a record never change. Where other groups are stored, the row is corrupt: see REMOVE.
export const REPLACE: string = `
  UPDATE tokenward_records
  SET kind = ?, state = ?, etag = ?, expires_at = ?, retain_until = ?, body = ?
  WHERE namespace = ? AND key = ? AND etag = ? AND groups = ?`

export const STORED_ETAG: string = `SELECT etag FROM tokenward_records WHERE namespace = ? AND key = ?`

/** Removes a corrupt row, so that INSERT stores the record that replaces it, with its triggers. */
export const REMOVE: string = `DELETE FROM tokenward_records WHERE namespace = ? AND key = ?`

// CROSS JOIN: SQLite keeps the order of the tables, so the rows are found by the index on the keys.
export const READ: string = `
  SELECT ${COLUMNS} FROM (SELECT value AS wanted FROM json_each(?))
  CROSS JOIN tokenward_records ON namespace = ? AND key = wanted`

export const LIST_ALL: string = `
  SELECT ${COLUMNS} FROM tokenward_records
  WHERE namespace = ? AND key > ? ORDER BY key LIMIT ?`

export const LIST_GROUP: string = `
  SELECT member.key, kind, state, etag, ${INSTANTS}, groups, body
  FROM tokenward_groups AS member
  CROSS JOIN tokenward_records AS record
    ON record.namespace = member.namespace AND record.key = member.key
  WHERE member.namespace = ? AND member.name = ? AND member.key > ?
  ORDER BY member.key LIMIT ?`

const PRUNABLE = `
  SELECT rowid FROM tokenward_records
  WHERE namespace = ? AND retain_until <= ? ORDER BY retain_until LIMIT ?`

export const PRUNE: string = `DELETE FROM tokenward_records WHERE rowid IN (${PRUNABLE})`

export const COUNT_PRUNABLE: string = `SELECT count(*) AS count FROM (${PRUNABLE})`
