// Only plain `?`: Node before 24.7 treats numbered parameters as names (nodejs/node#59340).

// The instants as REAL, which is exact for every number that core writes: an integer beyond 2^53 would
// fail the whole statement in `node:sqlite`.
const INSTANTS = ['created_at', 'expires_at', 'retain_until']
  .map((name) => `CAST(record.${name} AS REAL) AS ${name}`)
  .join(', ')
const COLUMNS = `record.key, kind, state, etag, ${INSTANTS}, groups, body`

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

/** Removes a corrupt row, so that INSERT stores the record that replaces it, with its triggers. */
export const REMOVE: string = `DELETE FROM tokenward_records WHERE namespace = ? AND key = ?`

// CROSS JOIN: SQLite keeps the order of the tables, so the rows are found by the index on the keys.
export const READ: string = `
  SELECT ${COLUMNS} FROM (SELECT value AS wanted FROM json_each(?))
  CROSS JOIN tokenward_records AS record ON namespace = ? AND key = wanted`

export const LIST_ALL: string = `
  SELECT ${COLUMNS} FROM tokenward_records AS record
  WHERE namespace = ? AND (listed_at, key) < (?, ?)
  ORDER BY listed_at DESC, key DESC LIMIT ?`

// An entry that a corrupt record left is skipped, where its key is stored again with another instant.
export const LIST_GROUP: string = `
  SELECT ${COLUMNS} FROM tokenward_groups AS member
  CROSS JOIN tokenward_records AS record
    ON record.namespace = member.namespace AND record.key = member.key
    AND listed_at = member.created_at
  WHERE member.namespace = ? AND member.name = ? AND (member.created_at, member.key) < (?, ?)
  ORDER BY member.created_at DESC, member.key DESC LIMIT ?`

const PRUNABLE = `
  SELECT rowid FROM tokenward_records
  WHERE namespace = ? AND retain_until <= ? ORDER BY retain_until LIMIT ?`

export const PRUNE: string = `DELETE FROM tokenward_records WHERE rowid IN (${PRUNABLE})`

export const COUNT_PRUNABLE: string = `SELECT count(*) AS count FROM (${PRUNABLE})`
