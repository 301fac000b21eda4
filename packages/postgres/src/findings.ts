import type { Finding } from '@tokenward/core/adapter'
import type { Settings } from './settings.ts'

/** As `server_version_num` counts. */
const MIN_VERSION = 150_000

const REVERTING = { durability: 'reverting' } as const

type SettingsCheck = (settings: Settings) => Finding | null

const CHECKS: readonly SettingsCheck[] = [
  ({ isReplica }) =>
    isReplica
      ? {
          code: 'replica',
          message:
            'pg_is_in_recovery()=true: a replica is behind, and learns of revocations too late',
          fix: 'give the address of the primary',
          downgrades: { ...REVERTING, linearizable: false },
        }
      : null,
  ({ persistence }) =>
    persistence === null || persistence === 'p'
      ? null
      : {
          code: 'unlogged-table',
          message: `relpersistence=${persistence}: a crash empties tokenward_records`,
          fix: 'ALTER TABLE tokenward_records SET LOGGED',
          downgrades: REVERTING,
        },
  ({ fsync }) =>
    fsync === 'on'
      ? null
      : {
          code: 'fsync-off',
          message: `fsync=${fsync}: a crash of the machine corrupts the database`,
          fix: 'fsync = on in postgresql.conf',
          downgrades: REVERTING,
        },
  ({ fullPageWrites }) =>
    fullPageWrites === 'on'
      ? null
      : {
          code: 'full-page-writes-off',
          message: `full_page_writes=${fullPageWrites}: a crash in the middle of a page corrupts it`,
          fix: 'full_page_writes = on in postgresql.conf',
          downgrades: REVERTING,
        },
  ({ isPooled }) =>
    isPooled
      ? {
          code: 'pooler',
          message: 'the process that replies is not the one that was connected: a pooler',
          fix: 'connect to Postgres itself; behind a pooler in transaction mode no notifications arrive',
          downgrades: { notifications: false },
        }
      : null,
  ({ strayGrants }) =>
    strayGrants.length === 0
      ? null
      : {
          code: 'others-may-write',
          message: `relacl: roles without a policy may change the tables (${strayGrants.length}): they can undo a revocation`,
          fix: `${strayGrants.join('; ')}; or give the role its privileges and policies by grants()`,
        },
  ({ hasRowSecurity }) =>
    hasRowSecurity !== false
      ? null
      : {
          code: 'row-security-off',
          message: 'relrowsecurity=false: a privilege is enough to change the table',
          fix: 'ALTER TABLE tokenward_records ENABLE ROW LEVEL SECURITY; then give each role its policies by grants()',
        },
  ({ isolation }) =>
    isolation === 'read committed'
      ? null
      : {
          code: 'isolation-level',
          message: `default_transaction_isolation=${isolation}: concurrent writes are rolled back and repeated`,
          fix: `ALTER ROLE … SET default_transaction_isolation = 'read committed'`,
        },
  ({ readOnly }) =>
    readOnly === 'off'
      ? null
      : {
          code: 'read-only',
          message: `default_transaction_read_only=${readOnly}: nothing can be written`,
          fix: 'ALTER ROLE … SET default_transaction_read_only = off, unless it only verifies',
        },
  ({ version }) =>
    version >= MIN_VERSION
      ? null
      : {
          code: 'unsupported-version',
          message: `server_version_num=${version}: this version was never tested`,
          fix: 'use Postgres 15 or later',
        },
]

export function findingsOf(settings: Settings): Finding[] {
  return CHECKS.flatMap((check) => check(settings) ?? [])
}
