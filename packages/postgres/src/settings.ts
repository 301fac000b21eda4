import { noAnswer } from '@tokenward/core/adapter'
import type { Client } from './client.ts'
import type { Connection } from './driver.ts'
import { STORE } from './errors.ts'

/** A little less than the 30 s that core waits for `open()`, so that this error, with its cause, wins. */
const OPEN_TIMEOUT_MS = 28_000

/** The live settings that decide whether the claims hold. */
export interface Settings {
  /** As `server_version_num` counts: 150018 is 15.18. */
  readonly version: number
  readonly isReplica: boolean
  readonly fsync: string
  readonly fullPageWrites: string
  readonly isolation: string
  readonly readOnly: string
  /** `p`: permanent, `u`: unlogged, `t`: temporary; `null`: there is no table yet. */
  readonly persistence: string | null
  /** Of `tokenward_records`; `null`: there is no table yet. */
  readonly hasRowSecurity: boolean | null
  /** The statements that revoke the privileges of roles that may change the tables without a policy. */
  readonly strayGrants: readonly string[]
  /** A pooler shares its connections to the server among its clients. */
  readonly isPooled: boolean
}

/**
 * The statements that revoke the privileges of each role that may change the tables and has no policy
 * for it. The owner, and superusers, need no privileges that could be listed here.
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

const SETTINGS = `
  SELECT current_setting('server_version_num')::integer AS version,
    pg_is_in_recovery() AS "isReplica",
    current_setting('fsync') AS fsync,
    current_setting('full_page_writes') AS "fullPageWrites",
    current_setting('default_transaction_isolation') AS isolation,
    current_setting('default_transaction_read_only') AS "readOnly",
    (SELECT relpersistence::text FROM pg_class
      WHERE oid = to_regclass('tokenward_records')) AS persistence,
    (SELECT relrowsecurity FROM pg_class
      WHERE oid = to_regclass('tokenward_records')) AS "hasRowSecurity",
    array_to_json(ARRAY (${STRAY_GRANTS} ORDER BY revoke))::text AS "strayGrants",
    pg_backend_pid() AS pid`

export async function readSettings(client: Client): Promise<Settings> {
  const signal = AbortSignal.timeout(OPEN_TIMEOUT_MS)
  try {
    return await client.use(querySettings, signal)
  } catch (error) {
    throw error === signal.reason ? noAnswer(STORE, OPEN_TIMEOUT_MS, error) : error
  }
}

/** The list as JSON: not every driver parses arrays. */
type Row = Omit<Settings, 'isPooled' | 'strayGrants'> & {
  readonly pid: number
  readonly strayGrants: string
}

async function querySettings(client: Connection): Promise<Settings> {
  const { rows } = await client.query({ text: SETTINGS })
  const [row] = rows as Row[]
  if (!row) throw new Error('Postgres returned no settings')
  const { pid, strayGrants, ...settings } = row
  const { processID = null } = client
  return {
    ...settings,
    strayGrants: JSON.parse(strayGrants),
    isPooled: processID !== null && processID !== pid,
  }
}
